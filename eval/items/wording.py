"""Options that a reply picks by their words alone, without a letter and without saying that it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.items.mentions import Options
from sp_sim.text import sentences

_DENIED_BEFORE = re.compile(
    r"(?:不(?!仅|但|论|可避免)|无(?!论|疑)|未|没有|非(?!常)|而非|排除|除外|除了|区别|鉴别|避免|禁用|禁忌|停用|而不"
    r"|不是|曾|既往|无效|优于|相比|较之|不如|如果|若|怀疑不)[^,，。;；\n]{0,12}$"
    r"|\b(?:not|no|nor|neither|never|without|rather than|instead of|unlike|cannot|avoid|excludes?|excluded"
    r"|rules? out|ruled out|contraindicated|stop|if|unless|except"
    r"|than|compared (?:with|to)|such as|like|versus|vs|over|against|doses such as)\b[^,.;\n]{0,40}$"
    r"|n['’]t\b[^,.;\n]{0,40}$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^[^,，。;；(（\n]{0,10}?(?:过敏|不(?!断)|无(?!论|创|疑)|未|错误|禁用|禁忌|排除|除外|欠佳|较差|均?不如|没有|否"
    r"|慎用|起效慢|次之)"
    r"|^[^,.;\n]{0,30}?\b(?:is not|isn['’]t|are not|aren['’]t|wrong|incorrect|contraindicated|excluded|avoided"
    r"|doesn['’]t|does not|do not|don['’]t|cannot|can['’]t|inferior|plays? no|has no|have no|no (?:part|role|place)"
    r"|unrelated|irrelevant|stopped|withheld|discontinued|delayed"
    r"|unlikely|less|alone|no longer|harmful|dangerous|should not|would not|needs|causes|gives|reserved|only (?:for"
    r"|if|when|in)|treats)\b"
    r"|^[^。;；\n]{0,24}?[,，](?:孕期|一般|故|因此|均|都|也)?(?:禁用|不宜|不首选|不用|排除"
    r"|不考虑)[^,，。;；]{0,2}(?:[,，。;；]|$)",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"首选|最可能|最佳|最合适|最恰当|诊断为|诊断是|诊断考虑|(?<![反效适])应(?!用|激|答)|宜|最低|最小|最高|最安全"
    r"|更安全|所致|引起|由于|为主|优于|静推|肌注|剂量|改用|换用|选用|应用|使用|给予|推荐|建议|适用|考虑|提示|典型"
    r"|诊断|可行|应行|唯一|即可|确诊|符合|首先|最敏感"
    r"|\b(?:most likely|best|appropriate|sufficient|enough|adequate|due to|caused? by|mainstay|dose|first[- ]line"
    r"|of choice|treatment is|diagnosis is|next step|should be|should|must|recommend(?:ed)?|preferred|so|therefore"
    r"|thus|hence|points? to|indicated|required?s?|needed|needs|given?|used|started|chosen|diagnostic|suggests?"
    r"|confirms?|consistent with|drug of choice|answer|would|is the|are the|first|switch|safest"
    r"|[a-z]{3,8}est (?:option|choice))\b",
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
