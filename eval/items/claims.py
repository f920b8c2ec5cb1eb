"""Can two statements both hold? Compares what they state besides their words: numbers, sides, negation, opposites."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from eval.items.quantities import contradicted, quantities
from sp_sim.text import canonical, same_side, side_of

_DENIAL = re.compile(
    r"不(?!良|适|全|稳|足|孕|育|宁|典型|明|同|通|超过|少于|低于|高于|大于|小于|早于|晚于|断|仅|但|只|缓解|好"
    r"|久|协调|规则|整|耐受|安|振|达标|到|止|清|详|畅|利|匀|等|均)"
    r"|没有?(?!力)|[未勿莫](?!来|知|满)|(?<![差分性级特类区个辨鉴识])别(?![的人处是样称])|无(?!力|痛|菌|创"
    r"|张力|功能|症状|明显|禁忌|论|尿|泪|脉|氧|汗|误)"
    r"|非(?!典|甾|常|结核|选择|特异|肌|小细胞|霍奇金|淋|酒精|药物|糖|手术|瓣膜)|避免|[禁忌慎停戒][用服掉]"
    r"|禁止|停(?=激素|铁)"
    r"|(?<!鉴别)排除|除外|否认|取消|放弃|拒绝"
    r"|\b(?:not?|never|nothing|none|without|avoid\w*|stop(?:s|ped|ping)?|withhold\w*|withheld"
    r"|hold(?= (?:heparin|the|all|any|off))|discontinu\w+|contraindicated|unnecessary|neither|nor|cannot|can't|don't"
    r"|doesn't|isn't|aren't|won't|mustn't|shouldn't|needn't|refrain|rul(?:e|es|ed|ing) out|exclud\w+|instead of"
    r"|rather than|omit\w*|do without|give up|against|left out|except)\b"
)
_DENIAL_AFTER = re.compile(
    r"(?P<zh>禁忌|禁用|停用|忌用|不能用|不用(?!药)|不宜|不可取|[要应]停[用掉]|没有?必要|(?:没有?|未)(?:曾"
    r"|具体)?(?:提|说|写|给出|报告|交代|涉及)|无需|不需要|不能做)"
    r"|\b(?:is|are|be|was|were|must|should|need|can|may)(?: (?P<not>not))?(?: be)? (?P<verb>contraindicated"
    r"|unnecessary"
    r"|avoided|stopped|withheld|discontinued|excluded|omitted|left out|unless)\b"
    r"|\b(?:is|are|be|was|were) (?P<en>not (?:needed|necessary|indicated|required|recommended|allowed|safe|suitable"
    r"|appropriate|part of|first|a treatment))\b|(?P<modal>\b(?:must|should|can|may) ?not\b)"
)
"""Denies what stands before it in its clause; the first one behind a word counts."""
_CLAUSE = re.compile(r"[^,，。;；:：!！?？\n—]+")
_TURN = re.compile(
    r"而[是应非]|但是?|否则|(?<=.)[时者后](?![间候期])|就(?!诊|医)|(?<!法)则|\b(?:but|unless|otherwise"
    r"|because|since|so that)\b"
    r"|\b(?:and|or)\b(?= (?:(?:must|should|do|does|will|is|are|can|may)\b|\w+ (?:is|are|must|should)\b))"
)
_PURPOSE = re.compile(r"以免|以防|防止|\b(?:to prevent|lest|prevents?)\b")
"""What follows is an evil that is told with a denial or without."""
_REACH = (14, 50)
"""How many characters a denial reaches forward, in Chinese and in English."""
_UNDONE = (3, 6)
"""How near another denial must stand before one to undo it (不要停用, do not stop); a prohibition reaches farther."""
_PROHIBITION = re.compile(r"(?:不[可能要应得宜]|不(?:提倡|建议|主张)|[别勿]|避免|禁止)[^,]{0,8}")
_STOP = re.compile(
    r"the|and|for|with|from|that|this|than|then|into|your|you|her|his|she|him|are|was|were|has|have"
    r"|had|will|would|should|must|can|may|might|any|all|its|their|them|they|there|when|where|which|who"
    r"|whom|what|because|since|also|about|after|before|only|more|most|very|patient|patients|give|gives"
    r"|given|take|takes|taken"
)
_OPPOSITES = tuple(
    tuple(re.compile(pattern) for pattern in line.split(" <> "))
    for line in r"""
左 <> 右
\bleft\b <> \bright\b
阳性|\bpositive\b <> 阴性|\bnegative\b
升高|增高|偏高|增加|上升|\bincreas\w+|\brais\w+|\bhigher\b|\belevat\w+ <> 降低|下降|减少|偏低|\bdecreas\w+|\blower(?:s|ed)?\b|\breduc\w+|\bcut\b
减量 <> 加量|加倍
有效 <> 无效|没有?效果
减少|少用|尽量不 <> 大剂量|大量|为主
有统计学意义 <> 无统计学意义|没有统计学意义
空腹|\bempty stomach\b|\bfasting\b <> 随餐|餐后服|\bwith food\b
良性|\bbenign\b <> 恶性|\bmalignant\b
急性|\bacute\b <> 慢性|\bchronic\b
假阴性 <> 假阳性
""".strip().splitlines()  # noqa: E501
)


def contradiction(statement: str, other: str) -> str:
    """What of a statement another text on the same matter contradicts; empty: nothing.

    ``other`` contradicts a number where it has others of the same dimension and not this one; a side where it names
    only the other one; a denial (or its absence) where the words that both share are denied in one only.
    """
    if contradicted(quantities(statement), quantities(other)):
        return "another number"
    if not _sides_agree(statement, other):
        return "another side"
    one, two = canonical(statement).text, canonical(other).text
    for left, right in _OPPOSITES:
        for a, b in ((left, right), (right, left)):
            if a.search(one) and not b.search(one) and b.search(two) and not a.search(two):
                return "the opposite"
    return "" if _denials_agree(one, two) else "negation"


def denied(text: str) -> bool:
    """Whether a short text denies what it names (不用抗生素, no antibiotics)."""
    folded = canonical(text).text
    before = len(_DENIAL.findall(folded))
    return (before or _denied_behind(folded, 0)) % 2 == 1


def _denied_ahead(clause: str, cues: Sequence[re.Match[str]], at: int, latin: bool) -> int:
    """How many denials stand before a place and deny it: the nearest one, and those that undo it."""
    before = [cue for cue in cues if at - _REACH[latin] <= cue.end() <= at]
    count = len(before[-1:])
    for nearer, cue in zip(before[::-1], before[-2::-1], strict=False):
        near = nearer.start() - cue.end() <= _UNDONE[latin]
        if not near and not _PROHIBITION.fullmatch(clause, cue.start(), nearer.start()):
            break
        count += 1
    return count


def _denied_behind(clause: str, at: int) -> int:
    """The denials in the first phrase behind a place that denies what stands before it (must not be stopped: two)."""
    match = _DENIAL_AFTER.search(clause, at)
    return 0 if match is None else 2 if match["not"] and match["verb"] else 1


def _sides_agree(one: str, other: str) -> bool:
    wanted = {side_of(part) for part in _parts(one)} - {""}
    found = {side_of(part) for part in _parts(other)} - {""}
    return not wanted or not found or any(same_side(a, b) for a in wanted for b in found)


def _parts(text: str) -> list[str]:
    return re.split(r"[,，。;；、\n]|(?=[左右双])|\b(?=left\b|right\b|bilateral\b)", text)


_DISAGREE = 0.3
"""The share of the words that are not denied in a statement and denied in the other text from which on they differ."""


def _denials_agree(statement: str, other: str) -> bool:
    """Whether what both tell is denied in both or in none.

    Of the shared words that the statement denies one must be denied in the other text, too; of those that it does
    not deny only a few may be denied there.
    """
    here, there = denials(statement), denials(other)
    shared = [word for word in here if word in there]
    negated = [word for word in shared if here[word] == {True}]
    plain = [word for word in shared if here[word] == {False}]
    if negated and not any(True in there[word] for word in negated):
        return False
    return sum(there[word] == {True} for word in plain) <= _DISAGREE * len(plain)


@lru_cache(maxsize=16384)
def _denials(text: str) -> tuple[tuple[str, frozenset[bool]], ...]:
    found: dict[str, set[bool]] = defaultdict(set)
    for start, end in _scopes(text):
        clause = text[start:end]
        cues = list(_DENIAL.finditer(clause))
        purpose = _PURPOSE.search(clause)
        for word, at in content_words(clause):
            if any(cue.start() < at + len(word) and at < cue.end() for cue in cues):
                continue
            count = _denied_ahead(clause, cues, at, word[0].isascii()) or _denied_behind(clause, at + len(word))
            found[word] |= {True, False} if purpose and purpose.end() <= at else {count % 2 == 1}
    return tuple((word, frozenset(states)) for word, states in found.items())


def denials(text: str) -> Mapping[str, frozenset[bool]]:
    """The content words of canonical text, and whether each stands denied, not denied, or both."""
    return dict(_denials(text))


def _scopes(text: str) -> Iterator[tuple[int, int]]:
    """Clauses, and parts of them where the thought turns: a denial does not reach beyond."""
    for match in _CLAUSE.finditer(text):
        start = match.start()
        for turn in _TURN.finditer(text, match.start(), match.end()):
            yield start, turn.start()
            start = turn.end()
        yield start, match.end()


def content_words(text: str) -> Iterator[tuple[str, int]]:
    """Pairs of neighbouring Chinese characters and stems of Latin words, each with its place."""
    for match in re.finditer(r"[一-鿿]+|[a-z][a-z0-9]{2,}", text):
        word = match[0]
        if word[0].isascii():
            if not _STOP.fullmatch(word):
                yield stem(word), match.start()
        else:
            for i in range(len(word) - 1):
                if not _EMPTY.search(word[i : i + 2]):
                    yield word[i : i + 2], match.start() + i


_EMPTY = re.compile(r"[的了是在和与及或并可应需要就也都这那一为以]")


def stem(word: str) -> str:
    """A Latin word without its ending, coarsely; British and American spelling alike."""
    word = word.replace("aem", "em").replace("oes", "es").replace("isation", "ization").replace("ise", "ize")
    return re.sub(r"(?:ations?|ing|ed|es|s|e|ly)$", "", word) if len(word) > 4 else word
