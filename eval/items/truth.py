"""Whether a text calls a statement true or false, in whatever words: 该说法是错误的, ``Yes, that is right``, ×."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.items.mentions import Options
from eval.items.scope import is_final, sentence_before
from eval.items.statements import Rank, Statement

_TRUE = ("正确", "对", "是", "true", "yes", "√", "right", "correct", "t", "✓")
_FALSE = ("错误", "错", "否", "false", "no", "×", "wrong", "incorrect", "f", "x", "不是", "不正确", "不对", "✗")


def true_and_false(options: Options) -> tuple[int, int] | None:
    """The indexes of the true and the false one of two options that are such words."""
    if options.count != 2:
        return None
    one, other = options.texts
    if one in _TRUE and other in _FALSE:
        return 0, 1
    return (1, 0) if one in _FALSE and other in _TRUE else None


_NOT_ZH = r"(?:不能(?:说|算|认为)(?:是)?|不|并不|并非|非|不是|不太|不完全|谈不上|没有|毫不|不甚)"
_RIGHT_ZH = r"(?:正确|准确|对(?!于|比|照|应|症)|恰当|合理|成立|妥当|合适|属实|规范|真)"
_WRONG_ZH = r"(?:错误|错(?!过)|有误|不妥|不当|谬误|误)"
_SUBJECT_ZH = (
    r"(?:(?:该|此|这|这种|这个|这一|本|上述|题干|题中|题目|题干所述|医生|该医生)的?(?:项|个|条)?(?:说法|观点|陈述"
    r"|表述|做法|命题|描述|判断|叙述|题|题目|结论|处理|理解|认识|论述|所述|行为|措施|决定|方案|看法|理由|处置)"
    r"|(?:说法|观点|陈述|表述|做法|处理|行为)(?=[是为不正有错对属])|题干|本题|上述)(?:的?(?:说法|观点|陈述|表述|做法"
    r"|描述|处理|所述|内容))?"
)
_ADVERB_ZH = (
    r"(?:是|为|属于|完全|显然|明显|基本|总体|本身|其实|确实|因此|故|应该?|应当|可以|认为|判断|判定|判|视为|也|都|均"
    r"|就|，|,|:|合理、){0,4}"
)
_CLAIM_ZH = re.compile(
    rf"{_SUBJECT_ZH}{_ADVERB_ZH}(?P<zh_not>{_NOT_ZH}?)(?:是|完全|够)?(?:(?P<zh_right>{_RIGHT_ZH})"
    rf"|(?P<zh_wrong>{_WRONG_ZH}))的?(?!与否|还是|或|答案|的?[做处方])"
)
_JUDGED_ZH = re.compile(
    rf"(?:判断结果|判断|判定|判|结论|答案|结果|选择|选|应选|故选|所以选|这是|这种?说法|说得|说的|回答)(?:此题"
    rf"|本题)?(?:应该|应|当|就)?(?:选择?|是|为"
    rf"|属于)?[ \t]?[:“\"「(]{{0,2}}[ \t]?(?P<zh_not>{_NOT_ZH}?)(?:(?P<zh_right>正确|对(?!于|比|照|应|症)|是|真|√|✓)"
    rf"|(?P<zh_wrong>错误|错|否|假|×|✗|不是))(?P<end>的|[”\"」)]|[.。,，;；!！\n ]|\Z|的说法|（|\()"
)
_ADVERB_EN = (
    r"(?:(?:is|was|as|['’]s|would be|seems|be|clearly|entirely|absolutely|therefore|thus|generally|indeed|definitely"
    r"|quite|a|an|actually|completely|factually|medically|judged|considered)[ \t]){0,5}"
)
_CLAIM_EN = re.compile(
    r"\b(?:statement|claim|assertion|proposition|it|this|that|answer|verdict|decision|approach|plan|judge?ment|premise"
    r"|conclusion|reasoning)(?P<rest>(?:[ \t](?:above|given|here|in question|as (?:written|given)"
    r"|that [^.,;\n]{1,60}))?)(?:[ \t]|['’]s[ \t]|[ \t]?:[ \t]?)"
    + _ADVERB_EN
    + r"(?P<en_not>(?:not|never)[ \t](?:entirely |quite |a |strictly |always |really )?|n['’]t )?"
    + _ADVERB_EN
    + r"(?:(?P<en_right>true|correct|right|accurate|valid)|(?P<en_wrong>false|incorrect|wrong|untrue|inaccurate"
    r"|invalid|mistaken))\b(?! (?:that|or|to)\b| answer| option)",
    re.IGNORECASE,
)
_ISNT_EN = re.compile(
    r"\b(?:statement|claim|assertion|it|this|that) (?:isn['’]t|wasn['’]t|is not|cannot be"
    r"|can['’]t be) (?:\w{1,12} )?(?:(?P<en_wrong>true|correct|right|accurate)|(?P<en_right>false|incorrect|wrong"
    r"|untrue))\b",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"(?:^|\n|(?:[。.!！?？] ?))[ \t]{0,3}(?:[-•][ \t])?(?:(?:answer|verdict|judge?ment|result|判断|答案|结论"
    r"|答)[ \t]?[:][ \t]?)?[(\[【“\"]?(?:(?P<wrong>(?:not (?:true|correct|right)|false|incorrect|wrong|untrue|no|f"
    r"|不正确|不对|不是|不准确|错误|错|否|不|×|✗|✘|❌|x)(?![a-z一-鿿/]|的?[做处方答选]))|(?P<right>(?:true|correct|yes"
    r"|right|t|对的|是的|正确的|正确|对|是|√|✓|✔"
    r"|✅)(?![a-z一-鿿/])))[)\]】”\"]?(?P<after>[ \t]{0,2}(?:[.。,，;；:!！—–(（-]|because\b|since\b|as\b|\n|\Z))",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?:因此|所以|故|综上|因而|^|\n)[,，]?(?:该|此|本)?[题句]?(?:是|为|属于|判断为?"
    r"|应判)?(?P<zh_not>不?)(?:(?P<zh_right>正确|对)|(?P<zh_wrong>错误|错))的?[ \t]?[。.!！]?[ \t]?(?:\Z|\n)"
)
_AGREES = re.compile(
    r"(?:^|[\n。.,，])(?:我|本人|I)?[ \t]?(?:完全|fully |strongly |completely )?(?:(?P<zh_wrong>不同意|不赞同|不赞成"
    r"|disagree\b)|(?P<zh_right>同意|赞同|赞成|agree\b))(?= ?(?:with|这|该|此|上述|题|[。.!,，\n]|\Z))",
    re.IGNORECASE,
)
_OPEN_QUESTION = re.compile(
    r"不确定|取决于|与否|是否|不能判断|无法判断|部分|有些|\b(?:whether|depends?|partly|partially|not sure|unclear"
    r"|may be|might be|could be|if)\b",
    re.IGNORECASE,
)
_HALF = re.compile(
    r"(?:部分|一半|有些)(?:正确|对|错误|错)|\b(?:partly|partially|half)[ \t-](?:true|correct|right|false|wrong)",
    re.IGNORECASE,
)


def judgements(text: str, options: Options) -> list[Statement]:
    """Statements of truth, as statements of the options 正确/错误, True/False, 是/否, in whatever words and order."""
    poles = true_and_false(options)
    if poles is None:
        return []
    found = [
        *_claims(text, _CLAIM_ZH, poles), *_claims(text, _JUDGED_ZH, poles), *_claims(text, _CLAIM_EN, poles),
        *_claims(text, _ISNT_EN, poles), *_claims(text, _ENDS, poles), *_claims(text, _AGREES, poles),
    ]  # fmt: skip
    for match in _LEADS.finditer(text):
        if not _OPEN_QUESTION.search(text[match.start() : match.end() + 12]):
            found.append(_judged(text, match.start(), match.end(), match["right"] is not None, poles))
    found += [Statement(None, match.start(), match.end(), Rank.STATED) for match in _HALF.finditer(text)]
    return found


def _claims(text: str, pattern: re.Pattern[str], poles: tuple[int, int]) -> Sequence[Statement]:
    found = []
    for match in pattern.finditer(text):
        groups = match.groupdict()
        right = bool(groups.get("zh_right") or groups.get("en_right"))
        if groups.get("zh_not") or groups.get("en_not"):
            right = not right
        before = sentence_before(text, match.start())
        if re.search(r"不(?:能)?认为|不同意", before[-8:]):
            right = not right
        elif _OPEN_QUESTION.search(before) or re.search(r"不(?:能)?说|并非", before[-6:]):
            continue
        if re.match(r"[ \t]?的?[吗么?？]|[ \t]?(?:or|还是|或)", text[match.end() : match.end() + 4]):
            continue
        found.append(_judged(text, match.start(), match.end(), right, poles))
    return found


def _judged(text: str, start: int, end: int, right: bool, poles: tuple[int, int]) -> Statement:
    return Statement(
        frozenset({poles[0] if right else poles[1]}), start, end, Rank.STATED, final=is_final(text, start, end)
    )
