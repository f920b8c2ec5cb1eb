"""Does a doctor's conclusion assert a diagnosis or a treatment? Names find the candidates, scope rules decide.

A target is asserted where one of its accepted names stands in the conclusion as the doctor's own finding: not
denied, not merely one of several possibilities, not as history, and not on another side. A name that is only part of
the longer name of a different thing (膀胱炎 in 间质性膀胱炎) is not an occurrence of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from eval.assertion import Purpose, Verdict, on_other_side, verdict_of
from eval.elements import Role
from eval.likeness import alike
from eval.paraphrase import paraphrased
from sp_sim.record import Frozen, Target
from sp_sim.terminology import Concept, Kind, Lexicon, Span, Terminology, longest, strip_side
from sp_sim.text import Canonical, canonical, fold, key, side_of


class Match(Frozen):
    """The verdict on one target: the words it rests on, and where in the conclusion they stand (start, end)."""

    target: str
    verdict: Verdict
    text: str = ""
    span: tuple[int, int] | None = None

    @property
    def asserted(self) -> bool:
        return self.verdict is Verdict.ASSERTED


class TargetMatcher:
    """Judges conclusions against targets with the help of a terminology."""

    def __init__(self, terminology: Terminology) -> None:
        self._terminology = terminology

    def match(self, conclusion: str, targets: Sequence[Target], purpose: Purpose) -> list[Match]:
        """One match per target, in order."""
        text = canonical(conclusion)
        others = self._terminology.lexicon.spans(text.text)
        return [self._judge(text, target, purpose, others) for target in targets]

    def _judge(self, text: Canonical, target: Target, purpose: Purpose, others: Sequence[Span]) -> Match:
        lexicon, side, concept = _names(target, self._terminology, purpose)
        best = Match(target=target.name, verdict=Verdict.NOT_FOUND)
        framed = list(_framed(text.text, target, self._terminology)) if purpose is Purpose.TREATMENT else []
        kinds = (
            self._kinds(concept, others, purpose)
            if purpose is Purpose.DIAGNOSIS
            else self._drugs(text.text, target, others)
        )
        for span in (*lexicon.spans(text.text), *framed, *kinds):
            if span not in framed and any(_is_other(span, other, lexicon, concept) for other in others):
                continue
            if span not in framed and _goes_on_before(text.text, span, others):
                continue
            verdict = verdict_of(text.text, span, side, purpose, framed=span in framed)
            if verdict is Verdict.NOT_FOUND:
                continue
            if best.verdict is Verdict.NOT_FOUND or verdict is Verdict.ASSERTED:
                start, end = text.origin[span.start], text.origin[span.end]
                best = Match(target=target.name, verdict=verdict, text=text.source[start:end], span=(start, end))
            if verdict is Verdict.ASSERTED:
                return best
        if best.verdict is not Verdict.NOT_FOUND:
            return best
        for span in self._told(text.text, target, purpose, concept, others):
            if on_other_side(text.text, span, side):
                continue
            if verdict_of(text.text, span, side, purpose) is Verdict.ASSERTED:
                start, end = text.origin[span.start], text.origin[span.end]
                return Match(
                    target=target.name, verdict=Verdict.ASSERTED, text=text.source[start:end], span=(start, end)
                )
        return best

    def _told(
        self, text: str, target: Target, purpose: Purpose, concept: Concept | None, others: Sequence[Span]
    ) -> Iterator[Span]:
        """Where a target is told in other words than its names."""
        role = Role.LESION if purpose is Purpose.DIAGNOSIS else Role.ACTION
        yield from paraphrased(text, target.names, role, concept, self._terminology, others)
        if purpose is Purpose.DIAGNOSIS:
            names = (*target.names, *(concept.names if concept else ()))
            yield from alike(text, names, concept, self._terminology, others)

    def _drugs(self, text: str, target: Target, spans: Sequence[Span]) -> Iterator[Span]:
        """Mentions of drugs of the class that a treatment gives."""
        given = ((name, c) for name in target.names if (c := _drug_class(name, self._terminology)))
        name, wanted = next(given, ("", None))
        if wanted is None:
            return
        into_vein = _INTO_VEIN_NAME.search(name)
        for span in longest(spans):
            if span.value.kind is Kind.DRUG and self._terminology.is_kind_of(span.value, wanted):
                around = text[max(0, span.start - _ROUTE) : span.end + _ROUTE]
                if not into_vein or _INTO_VEIN.search(around) or not _BY_MOUTH.search(around):
                    yield span

    def _kinds(self, concept: Concept | None, spans: Sequence[Span], purpose: Purpose) -> Iterator[Span]:
        """Mentions of special kinds of a diagnosis (输尿管上段结石 for 输尿管结石): they assert it as well.

        Not so for mere groups (肾肿瘤 holds both 肾癌 and 肾囊肿), known by their lack of findings, nor for treatments.
        """
        if concept is not None and concept.findings and purpose is Purpose.DIAGNOSIS:
            for span in longest(spans):
                if span.value is not concept and self._terminology.is_kind_of(span.value, concept):
                    yield span


@lru_cache(maxsize=16384)
def _drug_class(name: str, terminology: Terminology) -> Concept | None:
    """The drug or class that a treatment gives (α受体阻滞剂治疗, 抗凝治疗)."""
    bare = _GIVING.sub("", name)
    found = (terminology.find(form) for form in (bare, f"{bare}药", f"{bare}药物", f"{bare}剂"))
    return next((concept for concept in found if concept and concept.kind is Kind.DRUG), None)


_ROUTE = 12
_INTO_VEIN_NAME = re.compile("静脉|intravenous|IV ")
_INTO_VEIN = re.compile(r"静|滴|挂|泵|\b(?:iv|intraven\w+|drip|vein)\b")
_BY_MOUTH = re.compile(r"口服|[片粒]|吃|\b(?:po|oral\w*|tablet\w*)\b")
_GIVING = re.compile(
    r"^(?:长期|规律|按需|口服|静脉|局部|外用|使用|应用|高强度|双联|小剂量)+|(?:类药物)?(?:按需|长期|规律)?(?:静脉|局部|口服|外用)?"
    r"(?:滴注|注射|治疗|疗法|应用|使用|口服|外用|升压|降压|镇痛|止痛|退热|抗感染)*$"
)


def _is_other(span: Span, other: Span, lexicon: Lexicon, concept: Concept | None) -> bool:
    """Whether a candidate is only part of the longer name of something else."""
    longer = other.start <= span.start and span.end <= other.end and other.end - other.start > span.end - span.start
    if not longer or other.value is concept or other.value.kind in (Kind.REGION, Kind.TEST, Kind.SYMPTOM):
        return False
    return not any(strip_side(name) in lexicon for name in other.value.names)


@lru_cache(maxsize=4096)
def _names(target: Target, terminology: Terminology, purpose: Purpose) -> tuple[Lexicon, str, Concept | None]:
    """All names of a target with and without their side; its side; its concept in the terminology."""
    kinds = (Kind.DIAGNOSIS,) if purpose is Purpose.DIAGNOSIS else (Kind.TREATMENT, Kind.DRUG)
    names: dict[str, None] = {}
    concept = None
    for i, name in enumerate(target.names):
        term = terminology.resolve(name)
        if i == 0 and term and term.concept.kind in kinds:
            concept = term.concept
        for form in (name, strip_side(name), *_without_brackets(name)):
            if len(key(form)) > 1:
                names.setdefault(form)
    for name in concept.names if concept else ():
        names.setdefault(name)
    sides = {side_of(name) for name in target.names} - {""}
    return Lexicon((name, name) for name in names), sides.pop() if len(sides) == 1 else "", concept


def _without_brackets(name: str) -> Iterable[str]:
    """A name without an abbreviation in brackets; brackets around words narrow the name and stay."""
    bare = re.sub(r"[(（][A-Za-z0-9 -]*[)）]", "", name).strip()
    return (bare, strip_side(bare)) if bare and bare != name else ()


@dataclass(frozen=True)
class _Frame:
    """A treatment that does something to a thing (停用双氯芬酸): its names, and the words that do the same to it."""

    name: re.Pattern[str]
    cue: re.Pattern[str]


_FRAMES = (
    _Frame(
        re.compile(
            r"^(?:术前|围手术期|暂时?|立即)*(?:停用|停服|停止使用|停止|停|禁用|避免使用|避免接触|避免含?|忌|戒)(.{1,12}?)(?:药物|药品|类药物)?$|"
            r"^(?:stop(?:ping)?|discontinu\w+|avoid(?:ance of|ing)?|cessation of) (.{2,40})$"
        ),
        re.compile(
            r"(?<!不)(?<!不用)停|戒|避免|禁|忌|绝缘|远离|不沾|不(?:要)?(?:再)?(?:用|吃|服|碰|喝)(?!停)|别(?:再)?(?:用|吃|喝|碰)|\b(?:stop\w*|"
            r"discontinu\w*|d c|avoid\w*|no more|cease|hold|withhold|quit|cut out|free)\b"
        ),
    ),
    _Frame(
        re.compile(
            r"^(?:减少|限制|控制)(.{1,8}?)(?:摄入|的摄入|饮用|量)?$|^(?:reduc\w+|limit\w*|less) (.{2,30}?)(?: intake)?$"
        ),
        re.compile(
            r"减|限|少喝|少吃|少饮|控制|戒|停|不(?:要)?(?:再)?(?:喝|吃)|\b(?:reduc\w*|cut\w*|limit\w*|less|avoid\w*|stop\w*)\b"
        ),
    ),
    _Frame(
        re.compile(
            r"^(.{2,10}?)(?:随访|复查|监测|定期复查|定期随访)$|^(?:follow[- ]up|surveillance|monitoring|"
            r"repeat) (.{3,40})$"
        ),
        re.compile(
            r"随访|复查|监测|定期|每.{1,3}(?:月|年|周)|\b(?:follow\w*|surveillance|repeat\w*|monitor\w*|every)\b"
        ),
    ),
)
_SAME_THING = {
    "咖啡因": ("咖啡", "浓茶", "茶"),
    "烟": ("烟", "吸烟", "抽烟"),
    "酒": ("酒", "饮酒"),
    "caffeine": ("caffeine", "coffee", "tea"),
}
_FRAME_REACH = 14


def _framed(text: str, target: Target, terminology: Terminology) -> Iterator[Span]:
    """Places where a text does to a thing what the target does, in other words (双氯芬酸停服, 把烟戒掉)."""
    for name in target.names:
        for frame in _FRAMES:
            match = frame.name.match(fold(name))
            thing = next((group for group in match.groups() if group), "") if match else ""
            if not thing:
                continue
            concept = terminology.find(thing)
            names = {thing, *(_SAME_THING.get(thing) or ()), *(concept.names if concept else ())}
            for other in names:
                for found in re.finditer(re.escape(fold(other)), text) if fold(other) else ():
                    before = re.split(r"[。;；\n]", text[max(0, found.start() - _FRAME_REACH) : found.start()])[-1]
                    after = re.split(r"[。;；\n]", text[found.end() : found.end() + _FRAME_REACH])[0]
                    if frame.cue.search(before + " " + after):
                        yield Span(found.start(), found.end(), name)


def _goes_on_before(text: str, span: Span, others: Sequence[Span]) -> bool:
    """Whether a name is the tail of a longer one that begins with another organ (尿道 + 阴道瘘修补术)."""
    organ = next(
        (o for o in others if o.end == span.start and o.value.kind is Kind.REGION and o.end - o.start > 1), None
    )
    begins = any(o.start == span.start and o.value.kind is Kind.REGION for o in others)
    through = organ is not None and text[organ.start - 1 : organ.start] in ("经", "及", "和", "与")
    return (
        organ is not None
        and begins
        and not through
        and not re.match(r".{0,2}[左右双上下中]", text[organ.start : organ.end])
    )
