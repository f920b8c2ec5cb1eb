"""What a text says of single options: A错误, option B is correct, C ✓."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from eval.items.mentions import Mentions, Options
from eval.items.scope import denied, sentence_before
from eval.items.statements import Rank, Statement
from sp_sim.text import sentences

_SUBJECT = re.compile(
    r"(?:^|[\n,，;；。:.!?()（\]】、|\-–—→]|[项选案和与及、，。]|只有|仅|其中|故|所以|因此|但|而|仅有|则|显然|可见|认为"
    r"|觉得|感觉|认定|[✓✔✅√✗×❌]|[ \t](?:options?|choices?|answers?|statements?|and|or|so|therefore|thus|hence|only"
    r"|that|but|both|while|whereas|is|because|makes|think|believe|say))[ \t(\[【“\"'‘]{0,4}$"
    r"|(?:^|\n)[ \t]{0,4}(?:options?|choices?|answers?|statements?|both|only|so)[ \t(\[]{0,3}$",
    re.IGNORECASE,
)
_BETWEEN = (
    r"[ \t|)\]】”\"'’*]{0,6}(?:选项|项|答案|说法)?(?:[ \t]{0,2}[:,，(（—–|\-.]{1,3}[ \t]{0,3})?(?:选项)?(?:(?:应该|应"
    r"|可|显然|明显|完全|才|也|则|就|均|都|皆|全部?|是|为|属于|判断|描述|说法|表述|项|[两三四五]项|[两三四五]者|这|以上"
    r"|属|较|更|最终|因此|故|所以|，|当|算|以及|其实){0,4})(?:[ \t]?(?:is|are|was|were|would be|must be|should be"
    r"|seems?|looks?|appears?|remains?|becomes)\b(?: to be)?)?(?:[ \t](?:clearly|also|therefore|thus|both|all"
    r"|most likely|probably|likely|definitely|the only|only|the|a|an|our|my)\b){0,3}[ \t]{0,2}"
)
_SELECTED = re.compile(
    r"[ \t]remains?\b|"
    + _BETWEEN.replace("[:,，(（—–|\\-.]", "[:—–|\\-]")
    + r"(?:正确答案|正确选项|最佳答案|最佳选择|最佳选项|本题答案|答案|首选|当选|应选|入选|符合题意|最符合|最合适|最恰当"
    r"|最适合|最佳|(?:correct|right|best|most appropriate|most likely|proper|preferred|most suitable)[ \t](?:answers?"
    r"|options?|choices?|one|ones|response)|(?:[a-z]{3,10}est|most [a-z]{3,14})[ \t](?:option|choice|answer)\b"
    r"|answers?\b|(?:to be )?(?:chosen|selected|picked)\b|left\b|(?<=my )(?:choice|pick|selection)\b"
    r"|(?<=the )choice\b|best\b(?! (?:avoid|not))|(?:best|most) (?:explains|fits|describes|matches)"
    r"|(?:drug|test|treatment|investigation|method|therapy|procedure|antidote|agent|study|one)[ \t]of[ \t]choice"
    r"|first[ \t]choice|most (?:appropriate|likely|suitable)|fits? best|explains? (?:it|this|the) best)",
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


_DENIED_BEFORE = re.compile(
    r"(?:不(?!仅|但|论|可避免)|无(?!论|疑)|未|没有|非(?!常)|而非|排除|除外|除了|区别|鉴别|避免|禁用|禁忌|停用|而不|不是"
    r"|曾|既往|无效|优于|相比|较之|不如|如果|若|怀疑不)[^,，。;；\n]{0,12}$|\b(?:not|no|nor|neither|never|without"
    r"|rather than|instead of|unlike|cannot|avoid|excludes?|excluded|rules? out|ruled out|contraindicated|stop|if"
    r"|unless|except|than|compared (?:with|to)|such as|like|versus|vs|over|against|doses such as)\b[^,.;\n]{0,40}$"
    r"|n['’]t\b[^,.;\n]{0,40}$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^[^,，。;；(（\n]{0,10}?(?:过敏|不(?!断)|无(?!论|创|疑)|未|错误|禁用|禁忌|排除|除外|欠佳|较差|均?不如|没有|否"
    r"|慎用|起效慢|次之)|^[^,.;\n]{0,30}?\b(?:is not|isn['’]t|are not|aren['’]t|wrong|incorrect|contraindicated"
    r"|excluded|avoided|doesn['’]t|does not|do not|don['’]t|cannot|can['’]t|inferior|plays? no|has no|have no"
    r"|no (?:part|role|place)|unrelated|irrelevant|stopped|withheld|discontinued|delayed|unlikely|less|alone|no longer"
    r"|harmful|dangerous|should not|would not|needs|causes|gives|reserved|only (?:for|if|when|in)|treats)\b"
    r"|^[^。;；\n]{0,24}?[,，](?:孕期|一般|故|因此|均|都|也)?(?:禁用|不宜|不首选|不用|排除"
    r"|不考虑)[^,，。;；]{0,2}(?:[,，。;；]|$)",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"首选|最可能|最佳|最合适|最恰当|诊断为|诊断是|诊断考虑|(?<![反效适])应(?!用|激|答)|宜|最低|最小|最高|最安全|更安全"
    r"|所致|引起|由于|为主|优于|静推|肌注|剂量|改用|换用|选用|应用|使用|给予|推荐|建议|适用|考虑|提示|典型|诊断|可行"
    r"|应行|唯一|即可|确诊|符合|首先|最敏感|\b(?:most likely|best|appropriate|sufficient|enough|adequate|due to"
    r"|caused? by|mainstay|dose|first[- ]line|of choice|treatment is|diagnosis is|next step|should be|should|must"
    r"|recommend(?:ed)?|preferred|so|therefore|thus|hence|points? to|indicated|required?s?|needed|needs|given?|used"
    r"|started|chosen|diagnostic|suggests?|confirms?|consistent with|drug of choice|answer|would|is the|are the|first"
    r"|switch|safest|[a-z]{3,8}est (?:option|choice))\b",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"或|还是|可能(?:是|为)?[^,，。]{0,20}(?:也|或)|都有可能|均有可能|取决于|五大类|等等|\b(?:or|either|depend\w*"
    r"|may|might|could)\b",
    re.IGNORECASE,
)
_TURNS = re.compile(
    r"\b(?:and|but|then|so) (?:to )?(?:start|begin|switch|give|use|change|replace)\b|\bbut\b|改|换|而(?:是|应|选)",
    re.IGNORECASE,
)
_SEQUENCE = re.compile(r"先[^。;；\n]{1,40}再|\bfirst\b[^.;\n]{1,60}\bthen\b", re.IGNORECASE)
_BEGINS = re.compile(
    r"(?:^|[,，。.:;；→>\n]|\b(?:so|therefore|thus|hence|stop|start|has|have)|[是为即先可需行予])[ \t]{0,2}(?:an? "
    r"|the )?$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?:类?药物?|治疗|检查|缺乏症?|手术|疗法)?(?:[ \t]?[.。,，:;；!！(（—–\n]|[ \t]-[ \t]|无疑|\Z)")
_RATHER = re.compile(r"而不是|而非|而不|\b(?:rather than|instead of|not)\b", re.IGNORECASE)
_LONG = 400
_SENTENCES = 4


@dataclass(frozen=True)
class _Named:
    index: int
    sentence: int
    start: int
    strong: bool
    hedged: bool
    stands: bool
    """Whether it ends a clause, or a colon, comma or bracket follows: it is not merely spoken of."""


def picked_by_words(text: str, options: Options, several: bool) -> frozenset[int] | None:
    """The options whose own words a short text affirms; None where it affirms none, or too many."""
    whole = options.listed(text, 0)
    if whole and whole.end >= len(text.rstrip(" .。!！")):
        if whole.either or whole.clash or len(whole.picked) > (options.count - 1 if several else 1):
            return None
        return whole.picked
    spans = list(sentences(text))
    if long := len(text) > _LONG or len(spans) > _SENTENCES:
        spans = spans[-1:]
    named = [one for one in _affirmed(text, spans, options) if one.strong or not long]
    if not named or (several and len({one.sentence for one in named}) > 1):
        return None
    picked = frozenset(one.index for one in named)
    if several:
        return picked if 1 < len(picked) < options.count and not any(one.hedged for one in named) else None
    if len(picked) > 1:
        strong = [one for one in named if one.strong]
        if len({one.index for one in strong}) != 1 or any(one.hedged for one in strong):
            return None
        if any(one.start > strong[-1].start for one in named if one.index != strong[0].index):
            return None
        return frozenset({strong[0].index})
    sure = any(one.strong or one.stands for one in named) and not any(one.hedged for one in named)
    return frozenset({named[0].index}) if sure else None


def _denied(before: str) -> bool:
    """Whether an option is denied, and nothing since then is in favour (stop A and start B)."""
    found = _DENIED_BEFORE.search(before)
    return found is not None and not _TURNS.search(found[0], 2)


def _stands(sentence: str, first: int, last: int) -> bool:
    long = len(sentence[first:last].split()) > 1 or len(re.findall(r"[一-鿿]", sentence[first:last])) > 4
    return bool((long or _BEGINS.search(sentence[max(0, first - 12) : first])) and _ENDS.match(sentence, last))


def _affirmed(text: str, spans: list[tuple[int, int]], options: Options) -> Iterator[_Named]:
    for number, (start, end) in enumerate(spans):
        sentence = text[start:end][-_LONG:]
        if sentence.rstrip().endswith(("?", "？")):
            continue
        for index, first, last in options.texts_in(sentence):
            if not _denied(sentence[max(0, first - 60) : first]) and not _DENIED_AFTER.search(
                sentence[last : last + 60]
            ):
                clause = re.split(r"[,，;；]", sentence[:first])[-1] + re.split(r"[,，;；]", sentence[last:])[0]
                hedged = bool(_HEDGED.search(_RATHER.split(clause)[0])) or bool(
                    _SEQUENCE.search(sentence[:first] + sentence[last:])
                )
                yield _Named(
                    index,
                    number,
                    end - len(sentence) + first,
                    bool(_STRONG.search(clause)),
                    hedged,
                    _stands(sentence, first, last),
                )
