"""Options that a reply picks by their words alone, without a letter and without saying that it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.items.mentions import Options
from sp_sim.text import sentences

_DENIED_BEFORE = re.compile(
    r"(?:不(?!仅|但|论|可避免)|无(?!论|疑)|未|没有|非(?!常)|而非|排除|除外|除了|区别|鉴别|避免|禁用|禁忌|停用|而不|不是|曾|既往|无效|如果|若|怀疑不)[^,，。;；\n]{0,12}$"
    r"|\b(?:not|no|nor|never|without|rather than|instead of|unlike|cannot|avoid|excludes?|excluded|rules? out|ruled out|contraindicated|stop|if|unless|except"
    r"|than|compared (?:with|to)|such as|like|versus|vs|over|against|doses such as)\b[^,.;\n]{0,40}$|n['’]t\b[^,.;\n]{0,40}$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^[^,，。;；\n]{0,10}?(?:不|无(?!论|创)|未|错误|禁用|禁忌|排除|除外|欠佳|较差|均?不如|没有|否|慎用|起效慢|次之)"
    r"|^[^,.;\n]{0,30}?\b(?:is not|isn['’]t|are not|aren['’]t|wrong|incorrect|contraindicated|excluded|avoided|doesn['’]t|does not|do not|don['’]t|cannot|can['’]t|inferior"
    r"|unlikely|less|alone|no longer|harmful|dangerous|should not|would not|needs|causes|gives|reserved|only (?:for|if|when|in)|treats)\b"
    r"|^[^。;；\n]{0,24}?[,，](?:孕期|一般|故|因此|均|都|也)?(?:禁用|不宜|不首选|不用|排除|不考虑)",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"首选|最可能|最佳|最合适|最恰当|诊断为|诊断是|诊断考虑|应首先|应立即|应选|即可|确诊|符合|首先|最敏感"
    r"|\b(?:most likely|best|most appropriate|first[- ]line|of choice|treatment is|diagnosis is|next step|should be|should|must|recommended|preferred|so|therefore|thus|hence|points? to|indicated|first)\b",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"或|还是|可能(?:是|为)?[^,，。]{0,20}(?:也|或)|都有可能|均有可能|取决于|五大类|等等|\b(?:or|either|depend\w*|may|might|could)\b",
    re.IGNORECASE,
)
_LONG = 400
_SENTENCES = 4


@dataclass(frozen=True)
class _Named:
    index: int
    sentence: int
    strong: bool
    hedged: bool


def picked_by_words(text: str, options: Options, several: bool) -> frozenset[int] | None:
    """The options whose own words a short text affirms; None where it affirms none, or too many."""
    whole = options.listed(text, 0)
    if whole and whole.end >= len(text.rstrip(" .。!！")):
        if whole.either or whole.clash or (len(whole.picked) > 1 and not several):
            return None
        return whole.picked
    spans = list(sentences(text))
    if len(text) > _LONG or len(spans) > _SENTENCES:
        spans = spans[-1:]
    named = list(_affirmed(text, spans, options))
    if not named or (several and len({one.sentence for one in named}) > 1):
        return None
    picked = frozenset(one.index for one in named)
    if several:
        return picked if 1 < len(picked) < options.count and not any(one.hedged for one in named) else None
    if len(picked) > 1:
        named = [one for one in named if one.strong]
        if len({one.index for one in named}) != 1 or any(one.hedged for one in named):
            return None
        others = [one for one in _affirmed(text, spans, options) if one.index != named[0].index]
        if any(one.sentence >= named[-1].sentence for one in others):
            return None
    return frozenset({named[0].index}) if not any(one.hedged for one in named) else None


def _affirmed(text: str, spans: list[tuple[int, int]], options: Options) -> Iterator[_Named]:
    for number, (start, end) in enumerate(spans):
        sentence = text[start:end]
        strong, hedged = bool(_STRONG.search(sentence)), bool(_HEDGED.search(sentence))
        if sentence.rstrip().endswith(("?", "？")):
            continue
        for index, first, last in options.texts_in(sentence):
            if not _DENIED_BEFORE.search(sentence[max(0, first - 60) : first]) and not _DENIED_AFTER.search(
                sentence[last : last + 60]
            ):
                yield _Named(index, number, strong, hedged)
