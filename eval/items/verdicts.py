"""What a text says of single options (A错误, option B is correct, C ✓), and which it picks by their words alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from eval.items.mentions import Mentions, Options
from eval.items.scope import DENIED, sentence_before
from eval.items.statements import Rank, Statement
from sp_sim.text import sentences

_SUBJECT = re.compile(
    r"(?i)(?:^|[\n,，;；。:.!?()（\]】、|\-–—→项选案和与及而故✓✔✅√✗×❌]|只有|仅|其中|所以|因此|但|则|显然|可见|认为"
    r"|觉得|\b(?:options?|choices?|answers?|statements?|and|or|so|therefore|thus|hence|only|that|but|both|while|whereas"
    r"|is|because|makes|think|believe|say))[ \t(\[【“\"'‘]{0,4}$"
)
_BETWEEN = (
    r"[ \t|)\]】”\"'’*]{0,6}(?:选项|项|答案|说法)?(?:[ \t]{0,2}[:,，(（—–|\-.]{1,3}[ \t]{0,3})?(?:选项)?(?:应该|应|可"
    r"|显然|明显|完全|才|也|则|就|均|都|皆|全部?|是|为|属于|[描表]述|说法|项|[两三四五][项者]|这|以上|较|更|最终|因此"
    r"|故|，|当|算|其实){0,4}(?:[ \t]?(?:is|are|was|were|would be|must be|should be|seems?|looks?|appears?"
    r"|remains?)\b(?: to be)?)?(?:[ \t](?:clearly|also|therefore|thus|both|all|most likely|probably|definitely|the only"
    r"|only|the|an?|my)\b){0,3}[ \t]{0,2}"
)
_SELECTED = re.compile(
    r"(?i)[ \t]remains?\b|"
    + _BETWEEN.replace("[:,，(（—–|\\-.]", "[:—–|\\-]")
    + r"(?:(?:正确|最佳|本题)?答案|正确选项|最佳|首选|当选|应选|入选|符合题意|最(?:符合|合适|恰当|适合)"
    r"|(?:correct|right|best|proper|preferred|most [a-z]{3,14}|[a-z]{3,10}est)[ \t](?:answer|option|choice|one)s?"
    r"|answers?\b|(?:chosen|selected|picked|left)\b|(?<=my )(?:choice|pick)\b|(?<=the )choice\b"
    r"|best\b(?! (?:avoid|not))|most (?:explains|fits|describes|appropriate|likely|suitable)|\w+ of choice"
    r"|first choice|fits? best|explains? (?:it|this|the) best)"
)
_RIGHT = re.compile(
    _BETWEEN
    + r"(?:正确|对(?![于比照症应侧])|√|✓|✔|✅|符合|成立|恰当|合适|合理|可选|[最更比较]{1,2}[好优]|最(?:安全|有效)"
    r"|(?:correct|true|right|appropriate|preferred|reasonable|yes|most [a-z]{3,14}|(?!inter|sugg"
    r"|requ)[a-z]{3,8}est)\b)",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"(?i)错|不[^,，。;；\n]{1,6}|排除|有误|无关|无需|并非|×|✗|✘|❌|禁[用忌]|n['’]t\b"
    r"|\b(?:incorrect|wrong|false|not|no role|inappropriate|contraindicated|excluded|ruled out|inferior|unlikely)\b"
)


@dataclass
class Verdicts:
    """The options that are said to be chosen, right and wrong."""

    selected: list[Statement] = field(default_factory=list)
    right: set[int] = field(default_factory=set)
    wrong: set[int] = field(default_factory=set)

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
        if not _is_subject(text, mentions, options):
            continue
        before = sentence_before(text, mentions.start)
        if DENIED.search(before) or re.search(
            r"如果|若|假如|\b(?:if|unless|whether)\b|误以为|以为", before, re.IGNORECASE
        ):
            continue
        if match := _SELECTED.match(text, mentions.end):
            if _asked(text, match.end()) or mentions.either:
                continue
            picked = None if mentions.clash else mentions.picked
            found.selected.append(Statement(picked, mentions.start, match.end(), Rank.STATED))
        elif (match := _RIGHT.match(text, mentions.end)) and not _asked(text, match.end()):
            found.right |= mentions.picked
        elif _WRONG.search(text[mentions.end : mentions.end + 200].partition("\n")[0]):
            found.wrong |= mentions.picked
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


_DENIED_BEFORE = re.compile(
    r"(?i)(?:不(?!仅|但|论|可避免)|无(?!论|疑)|未|没有|非(?!常)|排除|除[外了]|区别|鉴别|避免|禁[用忌]|停用|既往|优于"
    r"|相比|如果|若)[^,，。;；\n]{0,12}$|(?:n['’]t|\b(?:not?|neither|nor|never|without|rather than|instead of|unlike"
    r"|cannot|avoid|exclude[sd]?|ruled? out|contraindicated|stop|if|unless|except|than|compared|such as|like|versus|vs"
    r"|over|against))\b[^,.;\n]{0,40}$"
)
_DENIED_AFTER = re.compile(
    r"(?i)[^,，。;；(（\n]{0,10}?(?:过敏|不(?!断)|无(?!论|创|疑)|未|错误|禁[用忌]|排除|除外|欠佳|较差|没有|慎用|次之)"
    r"|[^,.;\n]{0,30}?(?:n['’]t|\b(?:not|wrong|incorrect|contraindicated|excluded|avoided|cannot|inferior|no"
    r"|unrelated|irrelevant|stopped|withheld|discontinued|delayed|unlikely|less|alone|harmful|dangerous|needs|causes"
    r"|gives|reserved|only (?:for|if|when|in)|treats))\b"
    r"|[^。;；\n]{0,24}?[,，](?:孕期|一般|故|因此|均|都|也)?(?:禁用|不宜|不首选|不用|排除|不考虑)"
)
_STRONG = re.compile(
    r"(?i)首选|最|诊断|考虑|(?<![反效适])应(?!用于|激|答)|宜|更安全|所致|引起|由于|为主|优于|静推|肌注|[改换选使]用"
    r"|给予|推荐|建议|适用|提示|典型|可行|唯一|即可|确诊|符合|首先|\b(?:most likely|best|appropriate|sufficient|enough"
    r"|adequate|due to|caused? by|mainstay|dose|first|of choice|next step|should|must|would|recommend(?:ed)?|preferred"
    r"|so|therefore|thus|hence|points? to|indicated|required?s?|need(?:s|ed)|given?|used|started|chosen|diagnos\w+"
    r"|suggests?|confirms?|consistent with|answer|is the|are the|switch|safest|treatment is)\b"
)
_HEDGED = re.compile(r"(?i)或|还是|[都均]有可能|取决于|\b(?:or|either|depend\w*|may|might|could)\b")
_SEQUENCE = re.compile(r"(?i)先[^。;；\n]{1,40}再|\bfirst\b[^.;\n]{1,60}\bthen\b")
_TURNS = re.compile(r"(?i)\b(?:and|but|then|so) (?:to )?(?:start|begin|switch|give|use)\b|改|换|而[是应选]")
_BEGINS = re.compile(r"(?i)(?:^|[,，。.:;；→>\n是为即先可需行予]|\b(?:so|start|has|have))[ \t]{0,2}(?:an? |the )?$")
_ENDS = re.compile(r"(?:类?药物?|治疗|检查|手术)?(?:[ \t]?[.。,，:;；!！(（—–\n]|[ \t]-[ \t]|无疑|\Z)")
_RATHER = re.compile(r"(?i)而不是|而非|而不|\b(?:rather than|instead of|not)\b")
_LONG = 400
_SENTENCES = 4


class _Named(NamedTuple):
    option: int
    sentence: int
    strong: bool
    hedged: bool
    stands: bool
    """Whether it ends a clause, or a colon, comma or bracket follows: it is not merely spoken of."""


def picked_by_words(text: str, options: Options, several: bool) -> frozenset[int] | None:
    """The options whose own words a short text affirms; None where it affirms none, or too many."""
    whole = options.listed(text, 0)
    if whole and whole.end >= len(text.rstrip(" .。!！")):
        too_many = len(whole.picked) > (options.count - 1 if several else 1)
        return None if whole.either or whole.clash or too_many else whole.picked
    spans = list(sentences(text))
    if long := len(text) > _LONG or len(spans) > _SENTENCES:
        spans = spans[-1:]
    named = [one for one in _affirmed(text, spans, options) if one.strong or not long]
    strong = [one for one in named if one.strong]
    picked = frozenset(one.option for one in named)
    if several:
        sure = not any(one.hedged for one in named) and len({one.sentence for one in named}) == 1
        return picked if sure and 1 < len(picked) < options.count else None
    if len(picked) > 1:
        last_strong = max((place for place, one in enumerate(named) if one.strong), default=-1)
        named = strong if {one.option for one in named[last_strong:]} == {one.option for one in strong} else []
        picked = frozenset(one.option for one in named)
    sure = any(one.strong or one.stands for one in named) and not any(one.hedged for one in named)
    return picked if sure and len(picked) == 1 else None


def _affirmed(text: str, spans: list[tuple[int, int]], options: Options) -> Iterator[_Named]:
    """The options named in the sentences, where nothing denies them (stop A and start B: only B)."""
    for number, (start, end) in enumerate(spans):
        sentence = text[start:end][-_LONG:]
        if sentence.rstrip().endswith(("?", "？")):
            continue
        for index, first, last in options.texts_in(sentence):
            before, after = sentence[:first], sentence[last:]
            against = _DENIED_BEFORE.search(before[-60:])
            if (against and not _TURNS.search(against[0], 2)) or _DENIED_AFTER.match(after[:60]):
                continue
            clause = re.split(r"[,，;；]", before)[-1] + re.split(r"[,，;；]", after)[0]
            words = sentence[first:last]
            long = " " in words or len(re.findall(r"[一-鿿]", words)) > 4
            yield _Named(
                index,
                number,
                strong=bool(_STRONG.search(clause)),
                hedged=bool(_HEDGED.search(_RATHER.split(clause)[0]) or _SEQUENCE.search(before + after)),
                stands=bool((long or _BEGINS.search(before[-12:])) and _ENDS.match(after)),
            )
