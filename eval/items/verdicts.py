"""What a text says of single options (A错误, option B is correct), and of a statement that is true or false."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from eval.items.mentions import Mentions, Options
from eval.items.statements import Rank, Statement, denied, sentence_before

_SUBJECT = re.compile(
    r"(?:^|[\n,，;；。:.!?()（\]】、|\-–—→]|[项选案和与及、，。]|只有|仅|其中|故|所以|因此|但|而|仅有|则|显然|可见|认为|觉得|感觉|认定|[✓✔✅√✗×❌]|[ \t](?:options?|choices?|answers?"
    r"|statements?|and|or|so|therefore|thus|hence|only|that|but|both|while|whereas|is|because|makes|think|believe|say))[ \t(\[【“\"'‘]{0,4}$"
    r"|(?:^|\n)[ \t]{0,4}(?:options?|choices?|answers?|statements?|both|only|so)[ \t(\[]{0,3}$",
    re.IGNORECASE,
)
_BETWEEN = (
    r"[ \t|)\]】”\"'’*]{0,6}(?:选项|项|答案|说法)?(?:[ \t]{0,2}[:,，(（—–|\-.]{1,3}[ \t]{0,3})?(?:选项)?"
    r"(?:(?:应该|应|可|显然|明显|完全|才|也|则|就|均|都|皆|全部?|是|为|属于|判断|描述|说法|表述|项|[两三四五]项|[两三四五]者|这|以上|属|较|更|最终|因此|故|所以|，|当|算|以及|其实){0,4})"
    r"(?:[ \t]?(?:is|are|was|were|would be|must be|should be|seems?|looks?|appears?|remains?|becomes)\b(?: to be)?)?"
    r"(?:[ \t](?:clearly|also|therefore|thus|both|all|most likely|probably|likely|definitely|the only|only|the|a|an|our|my)\b){0,3}[ \t]{0,2}"
)
_SELECTED = re.compile(
    r"[ \t]remains?\b|" +
    _BETWEEN.replace("[:,，(（—–|\\-.]", "[:—–|\\-]") + r"(?:正确答案|正确选项|最佳答案|最佳选择|最佳选项|本题答案|答案|首选|当选|应选|入选|符合题意|最符合|最合适|最恰当|最适合|最佳"
    r"|(?:correct|right|best|most appropriate|most likely|proper|preferred|most suitable)[ \t](?:answers?|options?|choices?|one|ones|response)"
    r"|(?:[a-z]{3,10}est|most [a-z]{3,14})[ \t](?:option|choice|answer)\b|answers?\b|(?:to be )?(?:chosen|selected|picked)\b|left\b|(?<=my )(?:choice|pick|selection)\b|(?<=the )choice\b|best\b(?! (?:avoid|not))|(?:best|most) (?:explains|fits|describes|matches)|(?:drug|test|treatment|investigation|method|therapy|procedure|antidote|agent|study|one)[ \t]of[ \t]choice|first[ \t]choice|most (?:appropriate|likely|suitable)|fits? best|explains? (?:it|this|the) best)",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    _BETWEEN + r"(?:正确|对(?![于比照症应侧])|√|✓|✔|✅|符合|成立|恰当|合适|合理|可选|最(?:好|优|安全|有效)|更好|更优|最好|比较好|较好|(?:correct|true|right|appropriate|yes|(?!inter|sugg|requ)[a-z]{3,8}est)\b)", re.IGNORECASE
)
_WRONG = re.compile(
    _BETWEEN + r"(?:错误|错|不[^,，。;；\n]{0,6}|×|✗|✘|❌|有误|无关|无需|排除|禁用|禁忌|没有|无|并非|非|未|仅|只|"
    r"(?:incorrect|wrong|false|not|inappropriate|excluded|ruled out|contraindicated|inferior|unlikely|less|no)\b|n['’]t\b)",
    re.IGNORECASE,
)
_LATER_RIGHT = re.compile(r"(?:^|[—–\-:,，。;；(（ \t])(?:正确|符合|对|√|✓|✔|✅|correct|true)[ \t]{0,2}(?:选项|答案|answer|choice|option)?[)）。.;；!！,，]{0,2}$", re.IGNORECASE)
_LATER_WRONG = re.compile(
    r"错误|不正确|不符|不选|不对|不宜|不首选|不适|不是|排除|有误|×|✗|✘|❌|禁用|禁忌|\b(?:incorrect|wrong|false|not|no role|inappropriate|contraindicated|excluded)\b|n['’]t\b", re.IGNORECASE
)


@dataclass
class Verdicts:
    """The options that are said to be chosen, right and wrong."""

    selected: list[Statement] = field(default_factory=list)
    right: set[int] = field(default_factory=set)
    wrong: set[int] = field(default_factory=set)
    spoken_of: set[int] = field(default_factory=set)
    first: int = -1

    def chosen(self, several: bool, count: int) -> frozenset[int] | None:
        """What follows from the verdicts on all options; None: nothing does."""
        if self.right & self.wrong or not self.right:
            return None
        if several:
            whole = self.right | self.wrong == set(range(count)) or len(self.right) > 1
            return frozenset(self.right) if whole else None
        return frozenset(self.right) if len(self.right) == 1 else None


def verdicts(text: str, options: Options) -> Verdicts:
    """All verdicts on options that are named by their letters."""
    found = Verdicts()
    for mentions in options.letters_in(text):
        found.spoken_of |= mentions.picked
        if not _is_subject(text, mentions, options):
            continue
        before = sentence_before(text, mentions.start)
        if denied(before) or re.search(r"如果|若|假如|\b(?:if|unless|whether)\b|误以为|以为", before, re.IGNORECASE):
            continue
        if found.first < 0:
            found.first = mentions.start
        if match := _SELECTED.match(text, mentions.end):
            if _asked(text, match.end()) or mentions.either:
                continue
            picked = None if mentions.clash else mentions.picked
            found.selected.append(Statement(picked, mentions.start, match.end(), Rank.STATED))
        elif (match := _RIGHT.match(text, mentions.end)) and not _asked(text, match.end()):
            found.right |= mentions.picked
        elif _WRONG.match(text, mentions.end):
            found.wrong |= mentions.picked
        else:
            line = text[mentions.end : mentions.end + 200].partition("\n")[0].rstrip()
            if _LATER_WRONG.search(line):
                found.wrong |= mentions.picked
            elif _LATER_RIGHT.search(line) and len(mentions.picked) == 1:
                found.right |= mentions.picked
    return found


def _asked(text: str, end: int) -> bool:
    return bool(re.match(r"[ \t]{0,2}[的]?[吗么呢]?[?？]", text[end : end + 5]))


def _is_subject(text: str, mentions: Mentions, options: Options) -> bool:
    """Whether the mention begins a clause or is called an option: no ``vitamin D is``, no 肝炎B正确."""
    before = text[max(0, mentions.start - 24) : mentions.start]
    own = re.match(r"[ \t]{0,2}(?:选项|项)", text[mentions.end - 2 : mentions.end + 4])
    if before.endswith("(") and any(end >= len(before.rstrip(" (")) for _, _, end in options.texts_in(before)):
        return True
    return mentions.start == 0 or bool(own) or bool(_SUBJECT.search(before))


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
    r"(?:(?:该|此|这|这种|这个|这一|本|上述|题干|题中|题目|题干所述|医生|该医生)的?(?:项|个|条)?(?:说法|观点|陈述|表述|做法|命题|描述|判断|叙述|题|题目|结论|处理|理解|认识|论述|所述|行为|措施|决定|方案|看法|理由|处置)"
    r"|(?:说法|观点|陈述|表述|做法|处理|行为)(?=[是为不正有错对属])|题干|本题|上述)(?:的?(?:说法|观点|陈述|表述|做法|描述|处理|所述|内容))?"
)
_ADVERB_ZH = r"(?:是|为|属于|完全|显然|明显|基本|总体|本身|其实|确实|因此|故|应该?|应当|可以|认为|判断|判定|判|视为|也|都|均|就|，|,|:|合理、){0,4}"
_CLAIM_ZH = re.compile(rf"{_SUBJECT_ZH}{_ADVERB_ZH}(?P<zh_not>{_NOT_ZH}?)(?:是|完全|够)?(?:(?P<zh_right>{_RIGHT_ZH})|(?P<zh_wrong>{_WRONG_ZH}))的?(?!与否|还是|或|答案|的?[做处方])")
_JUDGED_ZH = re.compile(
    rf"(?:判断结果|判断|判定|判|结论|答案|结果|选择|选|应选|故选|所以选|这是|这种?说法|说得|说的|回答)(?:此题|本题)?(?:应该|应|当|就)?(?:选择?|是|为|属于)?[ \t]?[:“\"「(]{{0,2}}[ \t]?(?P<zh_not>{_NOT_ZH}?)(?:(?P<zh_right>正确|对(?!于|比|照|应|症)|是|真|√|✓)|(?P<zh_wrong>错误|错|否|假|×|✗|不是))(?P<end>的|[”\"」)]|[.。,，;；!！\n ]|\Z|的说法|（|\()"
)
_ADVERB_EN = r"(?:(?:is|was|as|['’]s|would be|seems|be|clearly|entirely|absolutely|therefore|thus|generally|indeed|definitely|quite|a|an|actually|completely|factually|medically|judged|considered)[ \t]){0,5}"
_CLAIM_EN = re.compile(
    r"\b(?:statement|claim|assertion|proposition|it|this|that|answer|verdict|decision|approach|plan|judge?ment|premise|conclusion|reasoning)(?P<rest>(?:[ \t](?:above|given|here|in question|as (?:written|given)|that [^.,;\n]{1,60}))?)"
    r"(?:[ \t]|['’]s[ \t]|[ \t]?:[ \t]?)" + _ADVERB_EN + r"(?P<en_not>(?:not|never)[ \t](?:entirely |quite |a |strictly |always |really )?|n['’]t )?" + _ADVERB_EN
    + r"(?:(?P<en_right>true|correct|right|accurate|valid)|(?P<en_wrong>false|incorrect|wrong|untrue|inaccurate|invalid|mistaken))\b(?! (?:that|or|to)\b| answer| option)",
    re.IGNORECASE,
)
_ISNT_EN = re.compile(
    r"\b(?:statement|claim|assertion|it|this|that) (?:isn['’]t|wasn['’]t|is not|cannot be|can['’]t be) (?:\w{1,12} )?(?:(?P<en_wrong>true|correct|right|accurate)|(?P<en_right>false|incorrect|wrong|untrue))\b",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"(?:^|\n|(?:[。.!！?？] ?))[ \t]{0,3}(?:[-•][ \t])?(?:(?:answer|verdict|judge?ment|result|判断|答案|结论|答)[ \t]?[:][ \t]?)?[(\[【“\"]?"
    r"(?:(?P<wrong>(?:not (?:true|correct|right)|false|incorrect|wrong|untrue|no|f|不正确|不对|不是|不准确|错误|错|否|不|×|✗|✘|❌|x)(?![a-z一-鿿/]|的?[做处方答选]))"
    r"|(?P<right>(?:true|correct|yes|right|t|对的|是的|正确的|正确|对|是|√|✓|✔|✅)(?![a-z一-鿿/])))[)\]】”\"]?(?P<after>[ \t]{0,2}(?:[.。,，;；:!！—–(（-]|because\b|since\b|as\b|\n|\Z))",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?:因此|所以|故|综上|因而|^|\n)[,，]?(?:该|此|本)?[题句]?(?:是|为|属于|判断为?|应判)?(?P<zh_not>不?)(?:(?P<zh_right>正确|对)|(?P<zh_wrong>错误|错))的?[ \t]?[。.!！]?[ \t]?(?:\Z|\n)"
)
_AGREES = re.compile(
    r"(?:^|[\n。.,，])(?:我|本人|I)?[ \t]?(?:完全|fully |strongly |completely )?(?:(?P<zh_wrong>不同意|不赞同|不赞成|disagree\b)|(?P<zh_right>同意|赞同|赞成|agree\b))"
    r"(?= ?(?:with|这|该|此|上述|题|[。.!,，\n]|\Z))", re.IGNORECASE
)
_OPEN_QUESTION = re.compile(r"不确定|取决于|与否|是否|不能判断|无法判断|部分|有些|\b(?:whether|depends?|partly|partially|not sure|unclear|may be|might be|could be|if)\b", re.IGNORECASE)
_HALF = re.compile(r"(?:部分|一半|有些)(?:正确|对|错误|错)|\b(?:partly|partially|half)[ \t-](?:true|correct|right|false|wrong)", re.IGNORECASE)


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
    from eval.items.statements import is_final

    return Statement(frozenset({poles[0] if right else poles[1]}), start, end, Rank.STATED, final=is_final(text, start, end))
