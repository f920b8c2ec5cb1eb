"""Physical examinations named as they are done: a hand's, ear's or eye's move and a body region (叩叩肾区, listen to
the chest), in either order. The terminology names the result: 肾区 and a knock are 肾区叩击痛.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from sp_sim.record import Category
from sp_sim.terminology import Concept, Kind, Span, Term, Terminology
from sp_sim.text import side_of

_MOVES = {
    "knock": (("叩击痛", "叩痛", "叩诊"), (" percussion", " percussion tenderness", " tenderness")),
    "press": (("触诊", "压痛", "查体"), (" palpation", " tenderness", " examination")),
    "feel": (("触诊", "查体"), (" palpation", " examination")),
    "listen": (("听诊", "查体"), (" auscultation", " examination")),
    "look": (("视诊", "查体", "检查"), (" inspection", " examination")),
}
"""What the examination of a region by each move is called, the closest name first, in Chinese and in English."""
_AGAIN = "(?:一?[叩敲捶按压摁摸触听看瞧]|一下|下|诊|击|打|压|摸|察|看)*"
_WHOSE = (
    r"(?:这边|那边|这里|那里)?(?:一?下|您|你|他|她|孩子|宝宝|患者|病人|老人家?)?(?:自己)?的?(?:这)?"
    r"(?:[双两左右](?:侧|边)?)?的?"
)
_MOVE = re.compile(
    r"(?:(?P<knock>[叩敲捶]|拍(?=[拍一])|扣(?=[击诊痛])|\b(?:tap(?:ping)?|percuss\w*|knock\w*)\b)"
    r"|(?P<press>按(?![照时])|摁|(?<![血高低减胎])压(?![力缩迫])|\b(?:press\w*|push\w*)\b)"
    r"|(?P<feel>摸|触(?![发电])|\b(?:(?<!you )(?<!ever )(?<!i )(?<!he )(?<!she )feel|"
    r"felt|palpat\w+|examin(?:e|ed|ing))\b)"
    r"|(?P<listen>听(?!力|说|您|你)|\b(?:listen\w*|auscultat\w+)\b)"
    r"|(?P<look>看|瞧|瞅|\b(?:look(?:ed)?|inspect\w*|peek|(?<=me )see|(?<=us )see)\b))"
)
_TO = re.compile(rf"{_AGAIN}{_WHOSE}|(?: (?:on|over|at|to|in|into|of|both|around|inside|round))* ?")
_REACH = 14
_AND = re.compile(r"(?:[、/]|和|与|及|以及|还有)?(?:[双两左右](?:侧|边)?)?的?| ?(?:,|and|,and) ?")
_BEHIND = re.compile(
    r"(?:这块|这儿|那儿|也|都|我|还|要|得|区|部|[两双]|[边侧]|底下|上面?|各|分别|轻轻|慢慢|往[上下里]|用拳头|再|给您)*(?P<move>[叩敲捶按摁摸触听])(?:[叩敲捶按摁摸触听着得起一]|压|击|诊|$|[,，。;])"
)
_LOOKED = re.compile(
    r"(?: and [a-z]+(?: of [a-z]+)?)? (?:was|were|is|are|been|being|when|once) (?:it |they )?(?:was |were )?"
    r"(?P<move>examin\w+|inspect\w*|palpat\w*|percuss\w*|auscultat\w*|listened|felt|looked)"
    r"| (?P<feel>feel) like"
)
"""What is done to the region that stands before it."""
_WHAT = re.compile(r"\bwhat (?:do|does|did) (?:\w+ )?$")
_SURFACE = re.compile("皮肤|口|咽|舌|眼|耳|鼻|外生殖器|阴囊|阴茎|外阴|会阴|肛|颈|胸廓|腹|足|手")
"""What looking examines; the sight of anything deeper is an image of it."""


def examined(text: str, terminology: Terminology, occurrences: Sequence[Span]) -> Iterator[Span]:
    """The examinations that canonical text names so; values are ``Term``. ``occurrences`` are the lexicon's in it."""
    regions = _regions(occurrences)
    if not regions:
        return
    for match in _MOVE.finditer(text):
        start = match.start()
        reach = (i for i in range(match.end(), match.end() + _REACH) if i in regions)
        at = next((i for i in reach if _TO.fullmatch(text, match.end(), i)), -1)
        while at in regions:
            region, end = regions[at]
            if concept := _examination(terminology, region.value, match.lastgroup or ""):
                yield Span(start, end, _term(concept, text[start : region.end]))
            joined = _AND.match(text, end)
            start = at = joined.end() if joined else end
    for region, _ in regions.values():
        move = _BEHIND.match(text, region.end) or _LOOKED.match(text, region.end)
        if move and not move["move"] and not _WHAT.search(text, 0, region.start):  # does your mouth feel like cotton
            continue
        name = _MOVE.match(move["move"] or "feel") if move else None
        if move and name and (concept := _examination(terminology, region.value, name.lastgroup or "")):
            yield Span(region.start, move.end(), _term(concept, text[max(0, region.start - 1) : region.end]))


def examination_of(words: str, terminology: Terminology) -> Term | None:
    """The examination of the body region that words begin with (下腹部查体): that of what it lies in."""
    regions = [s for s in terminology.lexicon.spans(words) if s.start == 0 and s.value.kind is Kind.REGION]
    if not regions or not _EXAMINED.fullmatch(words, regions[0].end):
        return None
    concept = _examination(terminology, regions[0].value, "feel")
    return Term(concept, frozenset({regions[0].value.name})) if concept else None


_EXAMINED = re.compile("区?(?:查体|检查|触诊|体检)")


def _regions(occurrences: Sequence[Span]) -> dict[int, tuple[Span, int]]:
    """By its start each body region that is no part of a longer name (眼底, 肾功能), and the end of its name.

    A symptom of the region (下腹痛) is what is looked for there.
    """
    regions = {s.start: s for s in reversed(occurrences) if s.value.kind is Kind.REGION}
    longer = {s.start: s for s in reversed(occurrences) if s.value.kind not in (Kind.REGION, Kind.SYMPTOM)}
    symptoms = {s.start: s.end for s in reversed(occurrences) if s.value.kind is Kind.SYMPTOM}
    return {
        start: (span, max(span.end, symptoms.get(start, 0)))
        for start, span in regions.items()
        if start not in longer or longer[start].end <= span.end
    }


def _term(concept: Concept, words: str) -> Term:
    return Term(concept, frozenset(filter(None, [concept.region])), side_of(words))


@lru_cache(maxsize=1024)
def _examination(terminology: Terminology, region: Concept, move: str) -> Concept | None:
    """The examination of a region by a move, or of what the region lies in."""
    chinese, english = _MOVES[move]
    forms = [name + ending for ending in chinese for name in region.zh]
    forms += [name + ending for ending in english for name in region.en]
    for form in forms:
        found = terminology.find(form)
        if found and found.category is Category.PHYSICAL and (move != "look" or _SURFACE.search(found.name)):
            return found
    if move == "look":
        return None
    above = [c for name in region.panels for c in terminology.named(name) if c.kind is Kind.REGION and c.panels]
    return next((found for c in above if (found := _examination(terminology, c, move))), None)
