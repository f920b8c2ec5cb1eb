"""What a text says of single options: A错误, option B is correct, C ✓."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from eval.items.mentions import Mentions, Options
from eval.items.scope import denied, sentence_before
from eval.items.statements import Rank, Statement

_SUBJECT = re.compile(
    r"(?:^|[\n,，;；。:.!?()（\]】、|\-–—→]|[项选案和与及、，。]|只有|仅|其中|故|所以|因此|但|而|仅有|则|显然|可见"
    r"|认为|觉得|感觉|认定|[✓✔✅√✗×❌]|[ \t](?:options?|choices?|answers?"
    r"|statements?|and|or|so|therefore|thus|hence|only|that|but|both|while|whereas|is|because|makes|think|believe"
    r"|say))[ \t(\[【“\"'‘]{0,4}$"
    r"|(?:^|\n)[ \t]{0,4}(?:options?|choices?|answers?|statements?|both|only|so)[ \t(\[]{0,3}$",
    re.IGNORECASE,
)
_BETWEEN = (
    r"[ \t|)\]】”\"'’*]{0,6}(?:选项|项|答案|说法)?(?:[ \t]{0,2}[:,，(（—–|\-.]{1,3}[ \t]{0,3})?(?:选项)?"
    r"(?:(?:应该|应|可|显然|明显|完全|才|也|则|就|均|都|皆|全部?|是|为|属于|判断|描述|说法|表述|项|[两三四五]项"
    r"|[两三四五]者|这|以上|属|较|更|最终|因此|故|所以|，|当|算|以及|其实){0,4})"
    r"(?:[ \t]?(?:is|are|was|were|would be|must be|should be|seems?|looks?|appears?|remains?|becomes)\b(?: to be)?)?"
    r"(?:[ \t](?:clearly|also|therefore|thus|both|all|most likely|probably|likely|definitely|the only|only|the|a|an"
    r"|our|my)\b){0,3}[ \t]{0,2}"
)
_SELECTED = re.compile(
    r"[ \t]remains?\b|"
    + _BETWEEN.replace("[:,，(（—–|\\-.]", "[:—–|\\-]")
    + r"(?:正确答案|正确选项|最佳答案|最佳选择|最佳选项|本题答案|答案|首选|当选|应选|入选|符合题意|最符合|最合适"
    r"|最恰当|最适合|最佳"
    r"|(?:correct|right|best|most appropriate|most likely|proper|preferred|most suitable)[ \t](?:answers?|options?"
    r"|choices?|one|ones|response)"
    r"|(?:[a-z]{3,10}est|most [a-z]{3,14})[ \t](?:option|choice|answer)\b|answers?\b|(?:to be )?(?:chosen|selected"
    r"|picked)\b|left\b|(?<=my )(?:choice|pick|selection)\b|(?<=the )choice\b|best\b(?! (?:avoid|not))|(?:best"
    r"|most) (?:explains|fits|describes|matches)|(?:drug|test|treatment|investigation|method|therapy|procedure"
    r"|antidote|agent|study|one)[ \t]of[ \t]choice|first[ \t]choice|most (?:appropriate|likely|suitable)|fits? best"
    r"|explains? (?:it|this|the) best)",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    _BETWEEN
    + r"(?:正确|对(?![于比照症应侧])|√|✓|✔|✅|符合|成立|恰当|合适|合理|可选|最(?:好|优|安全|有效)|更好|更优|最好"
    r"|比较好|较好|(?:correct|true|right|appropriate|yes|(?!inter|sugg|requ)[a-z]{3,8}est)\b)",
    re.IGNORECASE,
)
_WRONG = re.compile(
    _BETWEEN + r"(?:错误|错|不[^,，。;；\n]{0,6}|×|✗|✘|❌|有误|无关|无需|排除|禁用|禁忌|没有|无|并非|非|未|仅|只|"
    r"(?:incorrect|wrong|false|not|inappropriate|excluded|ruled out|contraindicated|inferior|unlikely|less|no)\b"
    r"|n['’]t\b)",
    re.IGNORECASE,
)
_LATER_RIGHT = re.compile(
    r"(?:^|[—–\-:,，。;；(（ \t])(?:正确|符合|对|√|✓|✔|✅|correct|true)[ \t]{0,2}(?:选项|答案|answer|choice"
    r"|option)?[)）。.;；!！,，]{0,2}$",
    re.IGNORECASE,
)
_LATER_WRONG = re.compile(
    r"错误|不正确|不符|不选|不对|不宜|不首选|不适|不是|排除|有误|×|✗|✘|❌|禁用|禁忌|\b(?:incorrect|wrong|false|not"
    r"|no role|inappropriate|contraindicated|excluded)\b|n['’]t\b",
    re.IGNORECASE,
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
