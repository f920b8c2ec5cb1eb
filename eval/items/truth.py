"""Whether a text calls a statement true or false, in whatever words: 该说法是错误的, ``Yes, that is right``, ×."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.items.mentions import Options
from eval.items.scope import sentence_before
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


_NOT_ZH = r"(?P<not>(?:不能(?:说|算|认为)是?|并?不|并?非|不是|不太|不完全|没有)?)(?:是|完全|够)?"
_RIGHT_ZH = r"(?:正确|准确|对(?![于比照应症])|恰当|合理|成立|妥当|合适|属实|规范|真)"
_WRONG_ZH = r"(?:错误|错(?!过)|有误|不妥|不当|误)"
_SUBJECT_ZH = (
    r"(?:(?:该|此|这[种个一]?|本|上述|题[干中目](?:所述)?|医生)的?[项个条]?(?:说法|观点|陈述|[表描叙论所]述|做法|命题"
    r"|判断|题目?|结论|处[理置]|理解|认识|行为|措施|决定|方案|看法|理由)|(?:说法|观点|陈述|表述|做法|处理"
    r"|行为)(?=[是为不正有错对属])|题干|上述)(?:的?(?:说法|观点|陈述|[表描所]述|做法|处理|内容))?"
)
_ADVERB_ZH = (
    r"(?:是|为|属于|完全|显然|明显|基本|总体|本身|其实|确实|因此|故|应该?|应当|可以|认为|判断|判定|判|视为|也|都|均|就"
    r"|[，,:]){0,4}"
)
_ADVERB_EN = (
    r"(?:(?:is|was|as|['’]s|would be|seems|be|therefore|thus|quite|an?|judged|considered|\w{3,12}ly)[ \t]){0,5}"
)
_RIGHT_EN = r"(?:true|correct|right|accurate|valid)"
_WRONG_EN = r"(?:false|incorrect|wrong|untrue|inaccurate|invalid|mistaken)"
_NOT_EN = r"(?P<not>(?:is|was|can(?:not)?|be|[ \t])*(?:\b(?:not|never|cannot be)[ \t]|n['’]t )(?:be )?)?"
_SUBJECT_EN = (
    r"\b(?:statement|claim|assertion|proposition|it|this|that|answer|verdict|decision|approach|plan|judge?ment|premise"
    r"|conclusion|reasoning)(?:[ \t](?:above|given|here|in question|as (?:written|given)|that [^.,;\n]{1,60}))?"
    r"(?:(?=n['’]t)|(?=['’]s[ \t])|[ \t]?:[ \t]?|[ \t])"
)
_CLAIMS = (
    re.compile(
        rf"{_SUBJECT_ZH}{_ADVERB_ZH}{_NOT_ZH}(?:(?P<right>{_RIGHT_ZH})|{_WRONG_ZH})的?(?!与否|还是|或|答案|的?[做处方])"
    ),
    re.compile(
        r"(?:判断结果|判断|判定|判|结论|答案|结果|选择?|这是|这种?说法|说得|说的|回答)[此本]?题?(?:应该?|当"
        r"|就)?(?:选择?|是|为|属于)?"
        rf"[ \t]?[:“\"「(]{{0,2}}[ \t]?{_NOT_ZH}(?:(?P<right>正确|对(?![于比照应症])|是|真|√|✓)|错误?|否|假|×|✗)"
        r"(?:的|[”\"」)（(.。,，;；!！\n ]|\Z)"
    ),
    re.compile(
        rf"{_SUBJECT_EN}{_ADVERB_EN}{_NOT_EN}{_ADVERB_EN}(?:(?P<right>{_RIGHT_EN})|{_WRONG_EN})\b"
        r"(?! (?:that|or|to)\b| answer| option)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:因此|所以|故|综上|因而|^|\n)[,，]?[该此本]?[题句]?(?:是|为|属于|判断为?|应判)?(?P<not>不?)"
        r"(?:(?P<right>正确|对)|错误?)的?[ \t]?[。.!！]?[ \t]?(?:\Z|\n)"
    ),
    re.compile(
        r"(?:^|[\n。.,，])[我I]?[ \t]?(?:完全|fully |strongly |completely )?(?P<not>不|dis)?(?P<right>同意|赞[同成]"
        r"|agree\b)(?= ?(?:with|这|该|此|上述|题|[。.!,，\n]|\Z))",
        re.IGNORECASE,
    ),
)
_LEADS = re.compile(
    r"(?i)(?:^|\n|[。.!！?？] ?)[ \t]{0,3}(?:[-•][ \t])?(?:(?:answer|verdict|judge?ment|result|判断|答案|结论"
    r"|答)[ \t]?:[ \t]?)?[(\[【“\"]?(?:(?:not (?:true|correct|right)|false|incorrect|wrong|untrue|no|f|不正确|不对|不是"
    r"|不准确|错误?|否|不|×|✗|✘|❌|x)(?![a-z一-鿿/]|的?[做处方答选])|(?P<right>(?:true|correct|yes|right|t|对的?|是的?"
    r"|正确的?|√|✓|✔|✅)(?![a-z一-鿿/])))[)\]】”\"]?[ \t]{0,2}(?:[.。,，;；:!！—–(（-]|(?:because|since|as)\b|\n|\Z)"
)
_OPEN_QUESTION = re.compile(
    r"(?i)不确定|取决于|与否|是否|不能判断|无法判断|部分|有些|\b(?:whether|depends?|partly|partially|not sure|unclear"
    r"|may be|might be|could be|if)\b"
)
_HALF = re.compile(
    r"(?i)(?:部分|一半|有些)(?:正确|对|错误|错)|\b(?:partly|partially|half)[ \t-](?:true|correct|right|false|wrong)"
)


def judgements(text: str, options: Options) -> list[Statement]:
    """Statements of truth, as statements of the options 正确/错误, True/False, 是/否, in whatever words and order."""
    poles = true_and_false(options)
    if poles is None:
        return []
    found = [statement for pattern in _CLAIMS for statement in _claims(text, pattern, poles)]
    for match in _LEADS.finditer(text):
        if not _OPEN_QUESTION.search(text[match.start() : match.end() + 12]):
            found.append(_judged(text, match.start(), match.end(), match["right"] is not None, poles))
    found += [Statement(None, match.start(), match.end(), Rank.STATED) for match in _HALF.finditer(text)]
    return found


def _claims(text: str, pattern: re.Pattern[str], poles: tuple[int, int]) -> Sequence[Statement]:
    found = []
    for match in pattern.finditer(text):
        right = bool(match["right"]) != bool(match["not"])
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
    return Statement(frozenset({poles[0] if right else poles[1]}), start, end, Rank.STATED)
