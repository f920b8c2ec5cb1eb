"""The terminology: what things are called, what kind of thing each is, and what is part of what.

It is read from ``cases/terminology/*.jsonl`` (one concept a line; the format is described in ``cases/README.md``)
and widened by the tables of a folder of workbooks. It knows also what is in no record: only so is a near miss
(尿培养 for 尿常规) recognised as a different thing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sp_sim.record import Category, Language
from sp_sim.text import canonical, fold, key, side_of

FOLDER = Path(__file__).resolve().parent.parent / "cases" / "terminology"


class Kind(StrEnum):
    """What kind of thing a concept is; the name of the file that holds it."""

    TEST = "test"
    SYMPTOM = "symptom"
    HISTORY = "history"
    DRUG = "drug"
    TREATMENT = "treatment"
    DIAGNOSIS = "diagnosis"
    REGION = "region"


_FILES = {
    "labs": Kind.TEST, "exams": Kind.TEST, "physical": Kind.TEST, "symptoms": Kind.SYMPTOM,
    "histories": Kind.HISTORY, "drugs": Kind.DRUG, "treatments": Kind.TREATMENT, "diagnoses": Kind.DIAGNOSIS,
    "regions": Kind.REGION,
}  # fmt: skip
_NON_OPERATIVE = "治疗"


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """One thing with all its names. Compared by identity; ``name`` is the preferred Chinese (else English) name.

    ``parents`` are more general concepts (is-a), ``panels`` those in whose report it stands (part-of), both by
    preferred name. ``modality`` marks examinations that are made of a region (CT, 超声). The ``findings``, ``tests``
    and ``treatments`` of a diagnosis are the knowledge that the baseline doctor works with.
    """

    name: str
    kind: Kind
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    category: Category | None = None
    parents: tuple[str, ...] = ()
    panels: tuple[str, ...] = ()
    region: str = ""
    modality: bool = False
    sided: bool = False
    findings: tuple[str, ...] = ()
    findings_en: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    treatments_en: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.zh + self.en

    def called(self, language: Language) -> str:
        """The preferred name in a language, in the other one where it has none."""
        first, second = (self.en, self.zh) if language is Language.EN else (self.zh, self.en)
        return (first or second)[0]


@dataclass(frozen=True, slots=True)
class Term:
    """What a name resolves to: a concept, of some body regions and one side where the name states them."""

    concept: Concept
    regions: frozenset[str] = frozenset()
    side: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """An occurrence of one of a lexicon's names in canonical text."""

    start: int
    end: int
    value: Any


class Lexicon:
    """Finds every occurrence of a set of names in canonical text.

    A name that begins or ends in a Latin letter or digit is found only at a word boundary: CT is not in doctor.
    One character is no name, save that of a body region.
    """

    def __init__(self, entries: Iterable[tuple[str, Any]]) -> None:
        from ahocorasick_rs import AhoCorasick, Implementation

        self._values: dict[str, Any] = {}
        for name, value in entries:
            for form in _forms(name):
                if len(form) > 1 or getattr(value, "kind", None) is Kind.REGION:
                    self._values.setdefault(form, value)
        self._names = list(self._values)
        self._automaton = AhoCorasick(self._names, implementation=Implementation.ContiguousNFA) if self._names else None

    def __contains__(self, name: str) -> bool:
        return fold(name) in self._values

    def spans(self, text: str) -> list[Span]:
        """All occurrences, overlapping ones too, in order of their start, longer ones first."""
        if self._automaton is None:
            return []
        found = [
            Span(start, end, self._values[self._names[index]])
            for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
            if _bounded(text, start, end)
        ]
        return sorted(found, key=lambda span: (span.start, -span.end))


def longest(spans: Iterable[Span]) -> list[Span]:
    """Of overlapping spans the longest (at equal length the one listed first), in order of their start."""
    by_length = sorted(spans, key=lambda s: s.start - s.end)
    taken = bytearray(max((span.end for span in by_length), default=0))
    kept: list[Span] = []
    for span in by_length:
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\x01" * (span.end - span.start)
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)


def _bounded(text: str, start: int, end: int) -> bool:
    def joined(left: str, right: str) -> bool:
        return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()

    marked = text[end : end + 1] == "'" and not text[end + 1 : end + 2].isalpha()  # 60 mg' is no MG
    return not (start and joined(text[start - 1], text[start])) and not (
        end < len(text) and (marked or joined(text[end - 1], text[end]))
    )


GENERIC_TAIL = re.compile(r"(检查|检测|测定|检)$")


_NO_NAMES = frozenset(
    {
        "all",
        "am",
        "an",
        "arm",
        "as",
        "at",
        "be",
        "blood",
        "by",
        "do",
        "fit",
        "for",
        "go",
        "he",
        "if",
        "in",
        "is",
        "it",
        "map",
    }
    | {"may", "me", "my", "no", "of", "on", "or", "so", "to", "up", "us", "we"}
)
"""Ordinary words that are no abbreviations even where a terminology lists them as such."""


def _forms(name: str) -> Iterator[str]:
    """The canonical forms under which a name is found: as it is, and abbreviations of several words as one word."""
    form = fold(name)
    if form and form not in _NO_NAMES:
        yield form
        if " " in form and form.isascii() and len(form) <= 8:
            yield form.replace(" ", "")


class Terminology:
    """Concepts, looked up by name, found in text, and related to each other; read when they are first needed."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._source = concepts

    @cached_property
    def concepts(self) -> tuple[Concept, ...]:
        return tuple(self._source)

    @cached_property
    def _by_name(self) -> dict[str, list[Concept]]:
        by_name: dict[str, list[Concept]] = {}
        for concept in self.concepts:
            by_name.setdefault(concept.name, []).append(concept)
        return by_name

    def __reduce__(self) -> tuple[Any, ...]:
        """What another process makes it of: the shipped one is loaded there, not sent."""
        return (builtin, ()) if self is builtin() else (Terminology, (self.concepts,))

    @cached_property
    def _by_key(self) -> dict[str, Concept]:
        keys: dict[str, Concept] = {}
        for concept in self.concepts:
            for name in concept.names:
                keys.setdefault(key(name), concept)
        for stem, concept in self._stems(keys):
            keys.setdefault(key(stem), concept)
        return keys

    @cached_property
    def _sharing(self) -> dict[str, tuple[Concept, ...]]:
        """The concepts of each name."""
        sharing: dict[str, tuple[Concept, ...]] = {}
        for concept in self.concepts:
            for name in dict.fromkeys(key(name) for name in concept.names):
                sharing[name] = (*sharing.get(name, ()), concept)
        return sharing

    def namesakes(self, concept: Concept) -> list[Concept]:
        """Other kinds of thing that share a name with this one (导尿, as a history and as a procedure)."""
        sharing = (other for name in concept.names for other in self._sharing.get(key(name), ()))
        return [
            other
            for other in dict.fromkeys(sharing)
            if (other.kind, other.category) != (concept.kind, concept.category)
        ]

    def in_category(self, concept: Concept, name: str, category: Category) -> Concept:
        """The concept of this category that shares a name with another one (下肢水肿: sign, symptom); else that one."""
        named = self._sharing.get(key(strip_side(name)), ())
        return next((other for other in named if other.category is category), concept)

    def _stems(self, taken: Mapping[str, Concept]) -> list[tuple[str, Concept]]:
        """Names of tests without 检查 and the like at their end (膀胱镜检查), where nothing else is called so."""
        return [
            (stem, concept)
            for concept in self.of_kind(Kind.TEST)
            for name in concept.zh
            if (stem := GENERIC_TAIL.sub("", name)) != name and len(key(stem)) > 1 and key(stem) not in taken
        ]

    @cached_property
    def lexicon(self) -> Lexicon:
        """Every name of every concept; one of several kinds of thing belongs to the kind read first."""
        regions_first = sorted(self.concepts, key=lambda concept: concept.kind is not Kind.REGION)
        entries = [(name, concept) for concept in regions_first for name in concept.names]
        inverted = [(_verb_last(match), c) for name, c in entries if (match := _VERB_FIRST.fullmatch(name))]
        entries += [(name, c) for name, c in inverted if key(name) not in self._by_key]
        return Lexicon(entries + self._stems(self._by_key))

    def named(self, name: str) -> tuple[Concept, ...]:
        """Concepts with this preferred name (several kinds may share one)."""
        return tuple(self._by_name.get(name, ()))

    def find(self, name: str) -> Concept | None:
        """The concept of which this is a name or alias, without composing."""
        wanted = key(name)
        if found := self._by_key.get(wanted):
            return found
        stem = key(GENERIC_TAIL.sub("", name.strip()))
        return self._by_key.get(stem) if len(stem) > 1 else None

    def resolve(self, name: str) -> Term | None:
        """What a name stands for: a concept by name or alias, without its side, or composed of region and modality.

        ``左侧腰痛`` is 腰痛 on the left; ``胸部CT平扫`` is 平扫CT of 胸部.
        """
        side = side_of(name)
        for candidate in (name, strip_side(name)) if side else (name,):
            if concept := self.find(candidate):
                return Term(concept, frozenset(filter(None, [concept.region])), side)
        text = canonical(name).text
        found = self.composed(text, self.lexicon.spans(text))
        return next((term for span in found if _covers(text, span) for term in [span.value]), None)

    def composed(self, text: str, occurrences: Iterable[Span]) -> list[Span]:
        """Examinations named in canonical text as region and modality in either order; values are ``Term``.

        ``occurrences`` are those of the lexicon in the text.
        """
        spans = longest(s for s in occurrences if s.value.kind is Kind.REGION or s.value.modality)
        found = []
        for i, span in enumerate(spans):
            concept = span.value
            if not concept.modality:
                continue
            regions: set[str] = set()
            start, end = span.start, span.end
            for other in reversed(spans[:i]):
                if other.value.kind is not Kind.REGION or not _BEFORE.fullmatch(text[other.end : start]):
                    break
                regions.add(other.value.name)
                start = other.start
            if not regions:
                for other in spans[i + 1 :]:
                    if other.value.kind is not Kind.REGION or not _AFTER.fullmatch(text[end : other.start]):
                        break
                    regions.add(other.value.name)
                    end = other.end
            if match := _SIDE_BEFORE.search(text, max(0, start - 12), start):
                start = match.start()
            tail = _CONTRAST.match(text[end:])
            if tail and (contrasted := self.find(fold(concept.name) + tail[0])):
                concept, end = contrasted, end + tail.end()
            found.append(Span(start, end, Term(concept, frozenset(regions), side_of(text[start:end]))))
        return found

    @cached_property
    def _ancestors(self) -> dict[int, frozenset[int]]:
        known: dict[int, frozenset[int]] = {}

        def climb(concept: Concept, path: tuple[int, ...]) -> frozenset[int]:
            if id(concept) in known:
                return known[id(concept)]
            above = [c for parent in concept.parents for c in self.named(parent) if same_sort(c, concept)]
            result: set[int] = set()
            for other in above:
                if id(other) not in path:
                    result |= {id(other)} | climb(other, (*path, id(other)))
            known[id(concept)] = frozenset(result)
            return known[id(concept)]

        for concept in self.concepts:
            climb(concept, (id(concept),))
        return known

    def is_kind_of(self, concept: Concept, general: Concept) -> bool:
        """Whether ``concept`` is ``general`` or a more special kind of it."""
        return concept is general or id(general) in self._ancestors[id(concept)]

    def panels_of(self, concept: Concept) -> tuple[Concept, ...]:
        """The panels in whose report this analyte stands."""
        return tuple(c for name in concept.panels for c in self.named(name) if c.kind is concept.kind)

    def within(self, inner: str, outer: str) -> bool:
        """Whether a body region is another one or lies within it."""
        if inner == outer:
            return True
        return any(
            self.within(parent, outer) for c in self.named(inner) if c.kind is Kind.REGION for parent in c.panels
        )

    @cached_property
    def allergens(self) -> Lexicon:
        """What one can be allergic to, by its bare name (海鲜); values are the concepts of the allergies."""
        entries = [
            (bare, concept)
            for concept in self.of_kind(Kind.HISTORY)
            if concept.category is Category.ALLERGY
            for name in concept.names
            if (bare := _ALLERGY_WORDS.sub("", name).strip()) != name
            and len(bare) > 1
            and not re.search("东西|情况|什么|哪些|^(?:any|known)$", bare)
        ]
        return Lexicon(entries)

    def of_kind(self, *kinds: Kind) -> tuple[Concept, ...]:
        return tuple(concept for concept in self.concepts if concept.kind in kinds)

    def extended(self, more: Sequence[Concept]) -> Terminology:
        """This terminology and further concepts.

        A concept whose name is known here adds its names and parents to the known one; a name that belongs to
        another concept here stays with that one. Parents may be given by any of their names.
        """
        concepts = list(self.concepts)
        position = {id(c): i for i, c in enumerate(concepts)}
        for new in more:
            known = self._by_key.get(key(new.name))
            if known is None or known.kind is not new.kind:
                known_new = next((i for i, c in enumerate(concepts) if c.kind is new.kind and c.name == new.name), None)
                if known_new is None:
                    concepts.append(replace(new, parents=self._preferred(new.parents)))
                continue
            index = position[id(known)]
            current = concepts[index]
            names = [n for n in new.zh if self._by_key.get(key(n)) in (None, known) and len(key(n)) > 1]
            parents = [p for p in self._preferred(new.parents) if p != known.name]
            concepts[index] = replace(
                current,
                zh=tuple(dict.fromkeys((*current.zh, *names))),
                parents=tuple(dict.fromkeys((*current.parents, *parents))),
            )
        return Terminology(concepts)

    def _preferred(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(known.name if (known := self._by_key.get(key(name))) else name for name in names)


def same_sort(one: Concept, other: Concept) -> bool:
    """Whether one concept can be a kind of the other: both symptoms or histories, or both of the same kind."""
    spoken = (Kind.SYMPTOM, Kind.HISTORY)
    return one.kind is other.kind or (one.kind in spoken and other.kind in spoken)


_VERB_FIRST = re.compile(r"(割|切|摘|拔|抽|量|拍|验)(.{2,6})|(抽|喝|吸)(烟|酒)")
"""Everyday names that are also said the other way round (割阑尾, 阑尾割过没)."""


def _verb_last(match: re.Match[str]) -> str:
    verb, thing = (group for group in match.groups() if group)
    return f"{thing}{verb}"


_ALLERGY_WORDS = re.compile(r"^对|过敏(?:史|反应|的)?|有没有|\b(?:allerg\w+|to)\b", re.IGNORECASE)
_BEFORE = re.compile(
    r"的?那?(张|份|次|个)|(?:这|那)(?:一?[段块边片]|个?部位)的?|"
    r"[的区]?(\([^()]{1,8}\))?(及|和|与|、|,)?(做|行|进行|检查|打药)?(了|个|一个|一下|的)?| ?(and )?"
)
_AFTER = re.compile(r"[的(（]{0,2}| (scan |imaging |examination )?(of )?")
_CONTRAST = re.compile(r"(平扫)?[+加及和]?(平扫|增强)(扫描)?|扫描")
_SIDE_BEFORE = re.compile(r"(左|右|双)的?$|\b(left|right|bilateral) $")


def _covers(text: str, span: Span) -> bool:
    rest = text[: span.start] + text[span.end :]
    return not re.sub(rf"检查|扫描|成像|{_VIEW}|[()（）+,、 ]", "", rest)


_VIEW = r"正侧位|[正侧斜立卧]位|床旁|\b(?:lateral|ap|pa|frontal|oblique|plain|erect|supine|portable|bedside)\b"
"""How an image is taken, which makes it no other examination."""
_SIDE_WORD = re.compile(r"[左右双]侧?|两侧|双侧|\b(left|right|bilateral)([- ]sided)?\b ?", re.IGNORECASE)


def strip_side(name: str) -> str:
    """The name without the first side that it states."""
    return _SIDE_WORD.sub("", name, count=1).strip()


@cache
def builtin() -> Terminology:
    """The terminology shipped in ``cases/terminology``."""
    return Terminology(
        concept for stem, kind in _FILES.items() for concept in read_concepts(FOLDER / f"{stem}.jsonl", kind)
    )


def read_concepts(path: Path, kind: Kind) -> Iterator[Concept]:
    """The concepts of one terminology file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield _concept(json.loads(line), kind)


def _concept(entry: Mapping[str, Any], kind: Kind) -> Concept:
    def names(field: str) -> tuple[str, ...]:
        return tuple(str(value) for value in entry.get(field) or ())

    zh, en = names("zh"), names("en")
    category = entry.get("category")
    return Concept(
        name=(zh or en)[0],
        kind=kind,
        zh=zh,
        en=en,
        category=Category.parse(category) if category and category != _NON_OPERATIVE else None,
        parents=names("is_a"),
        panels=names("part_of"),
        region=entry.get("region") or "",
        modality=bool(entry.get("modality")),
        sided=bool(entry.get("sided")),
        findings=names("findings"),
        findings_en=names("findings_en"),
        tests=names("tests"),
        treatments=names("treatments"),
        treatments_en=names("treatments_en"),
    )
