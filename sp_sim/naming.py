"""What a doctor's words name: items and groups of one record, its categories, and things of the terminology.

Names of the record come before those of the terminology, and of overlapping names the longest one counts; names are
also found where the words of a question stand in them (腰有没有疼, 心肺方面的检查).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from sp_sim.complaints import complaints
from sp_sim.examined import examined
from sp_sim.record import HISTORIES, TESTS, Category, Fact
from sp_sim.terminology import (
    FOLDER,
    GENERIC_TAIL,
    Concept,
    Kind,
    Lexicon,
    Span,
    Term,
    Terminology,
    longest,
    strip_side,
)
from sp_sim.text import key, side_of

_SPOKEN = frozenset({Category.SYMPTOM}) | HISTORIES
PHYSICAL_WHOLE = "体格检查"
"""The examination that stands for all of its category."""


@dataclass(frozen=True)
class Item:
    """An item (类目子项) of the record, by name."""

    name: str
    category: Category
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """A group (上位词) of the record."""

    name: str
    category: Category
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Whole:
    """A category as a whole."""

    category: Category


Target = Item | Group | Whole | Term


@dataclass(frozen=True)
class Mention:
    """Something that the doctor's words name, and where in the canonical text it stands."""

    start: int
    end: int
    target: Target

    @property
    def category(self) -> Category | None:
        return self.target.concept.category if isinstance(self.target, Term) else self.target.category


class Names:
    """Everything that one patient's facts are called by, and the terminology beside it."""

    def __init__(self, facts: Sequence[Fact], terminology: Terminology) -> None:
        self._facts = facts
        self._terminology = terminology
        self.items = self._items(facts)
        self._own = Lexicon([*self._item_names(), *self._group_names(), *_wholes()])

    @staticmethod
    def _items(facts: Sequence[Fact]) -> list[Item]:
        by_name: dict[tuple[Category | None, str], list[Fact]] = {}
        for fact in facts:
            by_name.setdefault(identity(fact), []).append(fact)
        return [Item(facts[0].name, facts[0].category, tuple(f.id for f in facts)) for facts in by_name.values()]

    def _item_names(self) -> Iterable[tuple[str, Item]]:
        ordered = sorted(self.items, key=lambda item: item.category not in _SPOKEN)
        named = [item for item in ordered if item.name != item.category.value]
        yield from ((item.name, item) for item in named)
        yield from ((bare, item) for item in named if len(key(bare := strip_side(item.name))) > 1)
        yield from ((match[1], item) for item in named if (match := _BIOPSY_REPORT.fullmatch(item.name)))
        yield from ((stem, item) for item in named if len(key(stem := GENERIC_TAIL.sub("", item.name))) > 3)
        yield from ((part, item) for item in named for part in self._parts(item))

    def _parts(self, item: Item) -> list[str]:
        """The things that an item names together (尿培养+药敏, 泌尿系平片（KUB）), where the terminology knows them."""
        parts = [part.strip() for part in re.split(r"[+＋及(（)）]", item.name)]
        return [part for part in parts if part != item.name and len(key(part)) > 1 and self._terminology.find(part)]

    def _group_names(self) -> Iterable[tuple[str, Group]]:
        groups: dict[str, list[Fact]] = {}
        for fact in self._facts:
            for group in fact.groups:
                groups.setdefault(group, []).append(fact)
        for name, facts in groups.items():
            if len(key(name)) > 1 and key(name) not in {key(c) for c in Category}:
                found = Group(name, facts[0].category, tuple(fact.id for fact in facts))
                yield name, found
                if len(key(bare := re.sub(r"(?:史|情况|检查|指标)$", "", name))) > 2 and bare not in groups:
                    yield bare, found

    def found(self, text: str) -> list[Mention]:
        """What canonical text names; of overlapping names the longest, the record's own before others."""
        occurrences = self._found(self._terminology.lexicon, text)
        known = self._terminology.composed(text, occurrences)
        known += examined(text, self._terminology, occurrences)
        known += complaints(text, self._terminology, occurrences)
        known += [Span(s.start, s.end, target_of(s.value)) for s in occurrences]
        begun = {span.start for span in known if span.end - span.start > 1}
        known = [s for s in known if not (s.end - 1 in begun and _SAMPLED.fullmatch(text, s.start, s.end))]
        own = longest([*self._found(self._own, text), *self._spread(text)])
        spans = own + [span for span in known if not any(_crosses(span, other) for other in own)]
        kept = longest(spans)
        regions = {span.end for span in known if _kind(span) is Kind.REGION}
        kept = [s for s in kept if not (_is_physical_whole(s) and regions & {s.start, s.start - 1})]
        operations = {span.start for span in kept if _kind(span) is Kind.TREATMENT}
        return [
            Mention(span.start, span.end, self._with_side(span, text))
            for span in kept
            if _kind(span) is not Kind.REGION and not (_kind(span) is Kind.TEST and span.end in operations)
        ]

    @staticmethod
    def _found(lexicon: Lexicon, text: str) -> list[Span]:
        """Occurrences of names, also of those that a question word splits (腰有没有疼 names 腰疼)."""
        masked = [match.span() for match in _MASKED.finditer(text)]
        spans = [
            s
            for s in lexicon.spans(text)
            if not any(
                s.start < end and start < s.end and not (s.start <= start and end <= s.end) for start, end in masked
            )
        ]
        for match in _SPLITTING.finditer(text):
            left = max(match.start() - _REACH, _before_stop(text, match.start()))
            start, end = match.span()
            window = text[left:start] + text[end : end + _REACH]
            at = start - left
            known = {id(s.value) for s in spans if left <= s.start and s.end <= end + _REACH}
            for s in lexicon.spans(window):
                if s.start < at < s.end and id(s.value) not in known and not _STOP.search(window[s.start : s.end]):
                    spans.append(Span(left + s.start, s.end - at + end, s.value))
        return spans

    def _spread(self, text: str) -> Iterator[Span]:
        """Occurrences of the record's own names with 方面的 and the like within (心肺方面的检查)."""
        for match in _OF.finditer(text):
            left = max(match.start() - _REACH, _before_stop(text, match.start()))
            start, end = match.span()
            at = start - left
            for s in self._own.spans(text[left:start] + text[end : end + _REACH]):
                if s.start < at < s.end:
                    yield Span(left + s.start, s.end - at + end, s.value)

    @staticmethod
    def _with_side(span: Span, text: str) -> Target:
        target: Target = span.value
        if isinstance(target, Term) and not target.side:
            return Term(target.concept, target.regions, side_of(text[max(0, span.start - 1) : span.end]))
        return target


def identity(fact: Fact) -> tuple[Category | None, str]:
    """What makes rows one item: the name, and the category unless it is one of tests."""
    return (None if fact.category in TESTS else fact.category, key(fact.name))


def _crosses(one: Span, other: Span) -> bool:
    """Whether two occurrences overlap and neither lies within the other."""
    return one.start < other.start < one.end < other.end or other.start < one.start < other.end < one.end


def _kind(span: Span) -> Kind | None:
    """The kind of the concept that an occurrence stands for; None for the record's own names and categories."""
    return span.value.concept.kind if isinstance(span.value, Term) else None


def _is_physical_whole(span: Span) -> bool:
    """Whether an occurrence is of the physical examination as a whole (not so behind a region: 淋巴结查体)."""
    return isinstance(span.value, Term) and span.value.concept.name == PHYSICAL_WHOLE


def target_of(concept: Concept) -> Target:
    """A concept as something to look up; the one that names a history category means the category as a whole."""
    if concept.kind in (Kind.HISTORY, Kind.SYMPTOM) and concept.name in HISTORY_NAMES:
        return Whole(Category(concept.name))
    return Term(concept, frozenset(filter(None, [concept.region])))


_BIOPSY_REPORT = re.compile(r"(.*(?:活检|穿刺|镜检?))(?:组织)?病理(?:检查|报告|结果)?")
"""The report of a biopsy is asked for by the name of the biopsy."""
_MASKED = re.compile(
    "防止血栓|有没有|有无|是不是|是否|能不能|会不会|要不要|骨头(?:里头?)?|肺炎(?=链|球菌|支原体|衣原体|克雷伯)|脑膜炎(?=球菌|双球菌)|里头|石头|拳头|指头|舌头|枕头|外头|上头|下头|前头|后头|镜头|念头|风头|"
    "手术(?=路径|方式|方案|风险|时机|指征|切口|计划|安排|难度|范围|台|室|耐受)|分肾功能|其他病(?=变|灶|理|因)|抗血小板|嗜酸(?:性)?(?:粒)?细胞瘤|长期用(?!药)|不用药|用药(?=安全|更|方案|前|以前|之前|禁忌|选择|的选择|剂量|有没有禁忌)"
)
"""Words of their own into which no name reaches: 有没有尿痛 does not say 没有尿, 骨头疼 not 头疼."""
_SPLITTING = re.compile(
    "(?:周围|附近|一圈|那一圈|内侧|外侧|那边|这边|那里|这里|那块儿?|这块儿?|那儿|这儿|上面?|里面?)?(?:现在|最近|平时|平常|以前|还|也|都|会|自己|经常|老|总)?"
    "(?:平常|平日|平时|白天|晚上|夜里|这几天|这两天|最近|有时候?|偶尔|有没有出现过?|有没有|有无|是不是|是否有?|会不会|有没|有过|出现过?|那个|这个|时会?|还|也|都|会|总是?|老是?|经常|一直|特别|很|发|给|个|过|得|哪些|什么|多少|几次)"
    "(?:觉得|感到|感觉|经常|总是?|老是?|过|什么|明显的?|一点|些)?"
)
"""What can stand within a name when it is asked for: 体重有没有下降, 量个血压."""
_SAMPLED = re.compile("[抽验查测]一?个?[血尿便]")
"""How a test is done, where the name of one begins with its last letter (抽个血糖)."""
_OF = re.compile("(?:方面|相关|有关|这一块|这块|这些)?的")
_REACH = 10
_STOP = re.compile(r"[,，。;；?？!！:：、\n]")


def _before_stop(text: str, end: int) -> int:
    """Where the clause that holds the place ``end`` begins."""
    stops = [match.end() for match in _STOP.finditer(text, max(0, end - _REACH), end)]
    return stops[-1] if stops else 0


HISTORY_NAMES = frozenset(category.value for category in HISTORIES)


@cache
def _wholes() -> tuple[tuple[str, Whole], ...]:
    import yaml

    entries = yaml.safe_load((FOLDER / "categories.yaml").read_text("utf-8"))
    return tuple(
        (name, Whole(Category.parse(entry["category"]))) for entry in entries for name in (*entry["zh"], *entry["en"])
    )
