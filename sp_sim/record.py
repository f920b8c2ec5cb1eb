"""The record of a standardized patient: what the patient knows, and apart from it what the examiner knows.

``PatientFacts`` is all that the patient's side is built from. ``Reference`` (diagnoses, treatments, order of
inquiry, weights, hazards) is read by the scoring alone. A ``CaseRecord`` holds both, and no agent is handed one, save
the oracle doctor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sp_sim.text import is_none, key, split_terms

SCHEMA_VERSION = 1


class Frozen(BaseModel):
    """Base of everything that is stored: immutable, and no field that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Category(StrEnum):
    """The closed set of fact categories (类目大项)."""

    SYMPTOM = "症状"
    PHYSICAL = "查体"
    LABORATORY = "检验"
    EXAMINATION = "检查"
    PATHOLOGY = "病理"
    SURGICAL_HISTORY = "手术史"
    MEDICATION = "用药史"
    GENERAL = "一般情况"
    PAST_HISTORY = "既往病史"
    ALLERGY = "过敏史"
    FAMILY_HISTORY = "家族史"
    PERSONAL_HISTORY = "个人史"
    MARITAL_HISTORY = "婚育史"
    MENSTRUAL_HISTORY = "月经史"

    @classmethod
    def parse(cls, text: str) -> Category:
        """The category written as its Chinese or English name; ValueError for anything else."""
        try:
            return _CATEGORY_NAMES[key(text)]
        except KeyError:
            raise ValueError(f"got {text!r}, expected one of {' '.join(Category)}") from None

    @property
    def english(self) -> str:
        return _ENGLISH[self]


_ENGLISH = {
    Category.SYMPTOM: "symptom",
    Category.PHYSICAL: "physical examination",
    Category.LABORATORY: "laboratory test",
    Category.EXAMINATION: "examination",
    Category.PATHOLOGY: "pathology",
    Category.SURGICAL_HISTORY: "surgical history",
    Category.MEDICATION: "medication",
    Category.GENERAL: "general condition",
    Category.PAST_HISTORY: "past medical history",
    Category.ALLERGY: "allergy",
    Category.FAMILY_HISTORY: "family history",
    Category.PERSONAL_HISTORY: "personal history",
    Category.MARITAL_HISTORY: "marital and obstetric history",
    Category.MENSTRUAL_HISTORY: "menstrual history",
}
_CATEGORY_NAMES = {key(c): c for c in Category} | {key(name): c for c, name in _ENGLISH.items()}
_CATEGORY_NAMES[key("既往史")] = Category.PAST_HISTORY

TESTS = frozenset({Category.PHYSICAL, Category.LABORATORY, Category.EXAMINATION, Category.PATHOLOGY})
"""查体 检验 检查 病理: what a doctor orders, as against what a patient tells."""

HISTORIES = frozenset(set(Category) - TESTS - {Category.SYMPTOM})
"""The categories that may be asked for as a whole (手术史？平时吃什么药？)."""


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class Phase(StrEnum):
    DIAGNOSTIC = "diagnostic"
    TREATMENT = "treatment"


def _one_term(text: str) -> str:
    if len(split_terms(text)) != 1:
        raise ValueError(f"got {text!r}, expected one name without a list separator (、 ， ; / or a line break)")
    return text


def _one_cell(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _one_line(text: str) -> str:
    if "\n" in text:
        raise ValueError(f"got {text!r}, expected one line")
    return text


Text = Annotated[str, AfterValidator(_one_cell)]
Term = Annotated[str, AfterValidator(_one_cell), AfterValidator(_one_term)]
Texts = Annotated[tuple[Text, ...], AfterValidator(lambda texts: tuple(dict.fromkeys(texts)))]
Terms = Annotated[tuple[Term, ...], AfterValidator(lambda terms: tuple(dict.fromkeys(terms)))]
CategoryField = Annotated[Category, BeforeValidator(lambda v: Category.parse(v) if isinstance(v, str) else v)]


class Fact(Frozen):
    """One row of the record: an item (类目子项), what was found (结果) and when, how long or 无 (约束).

    ``id`` is ``category/item``, with ``#2`` and so on for further rows of the same item, and stays the same when
    other rows move. ``groups`` (上位词) are the names under which several items are asked for at once.
    """

    id: str
    category: Category
    item: Text = ""
    finding: Text = ""
    qualifier: Text = ""
    groups: Terms = ()

    @property
    def name(self) -> str:
        """What a doctor would call it: the item, or the category of a row without an item (or with 无 as item)."""
        return self.category.value if is_none(self.item) or not self.item else self.item

    @property
    def negative(self) -> bool:
        """A recorded negative: 无 as item or qualifier, or as the whole finding."""
        return is_none(self.item) or is_none(self.qualifier) or is_none(self.finding)


class PatientFacts(Frozen):
    """All that the patient's side may know. ``speaker`` names a caregiver who speaks (母亲, mother), else empty."""

    language: Language
    opening: Text
    intent: Text = ""
    age: Text = ""
    sex: Sex | None = None
    speaker: Text = ""
    facts: tuple[Fact, ...]

    @property
    def age_years(self) -> float | None:
        """Age in years, or None where it is not stated."""
        return age_in_years(self.age)


class Mark(Frozen):
    """What asking for one fact is worth (0, 1 or 2 points), and the phase that it belongs to."""

    weight: int = Field(ge=0, le=2)
    phase: Phase


class Target(Frozen):
    """A diagnosis or treatment of the reference, with the names under which it is accepted."""

    name: Text = Field(min_length=1)
    qualifier: Text = ""
    aliases: Terms = ()
    core: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


class HazardKind(StrEnum):
    """What makes a conclusion unsafe."""

    ALLERGY = "allergy"  # 过敏
    CONTRAINDICATION = "contraindication"  # 禁忌
    CRITICAL_VALUE = "critical_value"  # 危急值

    @property
    def chinese(self) -> str:
        return _CHINESE_KINDS[self]


_CHINESE_KINDS = {
    HazardKind.ALLERGY: "过敏",
    HazardKind.CONTRAINDICATION: "禁忌",
    HazardKind.CRITICAL_VALUE: "危急值",
}


class Hazard(Frozen):
    """What a conclusion must not contradict, and what says so: the reason in one line, the items that show it.

    ``never``: names that must not be prescribed now. ``must``: names of which at least one has to be.
    """

    kind: HazardKind
    because: Annotated[Text, AfterValidator(_one_line), Field(min_length=1)]
    facts: Texts = ()
    never: Terms = ()
    must: Terms = ()

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if not (self.never or self.must):
            raise ValueError("got neither never nor must, expected names in one of them")
        return self


class Reference(Frozen):
    """What the examiner knows and no agent receives.

    ``order`` holds the tiers of the inquiry, earlier first; a token is the name of an item or of a category (its
    earliest item counts). Empty: the order is not scored. ``marks`` has one entry per fact id. ``hazards`` is left
    out of what is stored where there is none, so that the hash of such a case stays what it was.
    """

    expected_rounds: int = Field(ge=1)
    order: tuple[tuple[str, ...], ...] = ()
    diagnoses: tuple[Target, ...] = Field(min_length=1)
    treatments: tuple[Target, ...] = ()
    marks: Mapping[str, Mark]
    hazards: Annotated[tuple[Hazard, ...], Field(exclude_if=lambda hazards: not hazards)] = ()

    @property
    def core_diagnosis(self) -> Target:
        """The diagnosis marked core; the first one where none is marked."""
        return next((d for d in self.diagnoses if d.core), self.diagnoses[0])


class Provenance(Frozen):
    """Where a case comes from, under which licence, and whether a clinician reviewed it (who and when, or ``none``)."""

    source: Text
    licence: Text = ""
    clinician_review: Text = "none"


class RowNote(Frozen):
    """What only the workbook format carries of a row: 备注 beyond the weight, and 得分项分类."""

    note: Text = ""
    topic: Text = ""
    label: Text = ""


class CaseRecord(Frozen):
    """One case: what the patient knows, what the examiner knows, and where it comes from.

    Checked on creation: every fact has a mark, every token of the order names a fact or a category of facts, and
    every fact of a hazard is the name of an item.
    """

    schema_version: int = SCHEMA_VERSION
    id: Annotated[str, Field(min_length=1)]
    department: Text = ""
    provenance: Provenance
    patient: PatientFacts
    reference: Reference
    row_notes: Mapping[str, RowNote] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [fact.id for fact in self.patient.facts]
        if len(set(ids)) != len(ids):
            raise ValueError("got a fact id twice, expected each once")
        if set(ids) != set(self.reference.marks):
            raise ValueError("got marks that do not fit the facts, expected one per fact")
        for token in (token for tier in self.reference.order for token in tier):
            if not facts_of_token(token, self.patient.facts):
                raise ValueError(f"got {token!r} in the order, expected the name of an item or category of this case")
        for name in (name for hazard in self.reference.hazards for name in hazard.facts):
            if not is_item(name, self.patient.facts):
                raise ValueError(f"got {name!r} in the facts of a hazard, expected the name of an item of this case")
        return self

    @property
    def language(self) -> Language:
        return self.patient.language

    def weight(self, fact_id: str) -> int:
        return self.reference.marks[fact_id].weight


def facts_of_token(token: str, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts that a token of the order stands for: those of the item with that name, else of the category."""
    facts = tuple(facts)
    wanted = key(token)
    by_item = tuple(fact for fact in facts if key(fact.item) == wanted)
    if by_item:
        return by_item
    try:
        category = Category.parse(token)
    except ValueError:
        return ()
    return tuple(fact for fact in facts if fact.category is category)


def is_item(name: str, facts: Iterable[Fact]) -> bool:
    """Whether a fact is called so."""
    return any(key(fact.name) == key(name) for fact in facts)


def build_facts(rows: Sequence[Mapping[str, Any]]) -> tuple[Fact, ...]:
    """Facts with their ids, out of rows with the fields of ``Fact`` except ``id``."""
    seen: dict[str, int] = {}
    facts = []
    for row in rows:
        category = Category.parse(str(row["category"]))
        base = f"{category}/{_one_cell(str(row.get('item', '')))}"
        fact_id = base
        while fact_id in seen:
            seen[base] += 1
            fact_id = f"{base}#{seen[base]}"
        seen[fact_id] = 1
        facts.append(Fact(**{**row, "category": category, "id": fact_id}))
    return tuple(facts)


_AGE_UNITS = {
    "岁": 1.0, "周岁": 1.0, "years": 1.0, "year": 1.0, "y": 1.0, "": 1.0,
    "个月": 1 / 12, "月": 1 / 12, "月龄": 1 / 12, "months": 1 / 12, "month": 1 / 12,
    "周": 1 / 52.18, "weeks": 1 / 52.18, "week": 1 / 52.18,
    "天": 1 / 365.25, "日": 1 / 365.25, "日龄": 1 / 365.25, "days": 1 / 365.25, "day": 1 / 365.25,
}  # fmt: skip


def age_in_years(text: str) -> float | None:
    """Years out of ``73岁``, ``8个月``, ``3岁6个月``, ``35``, ``8 months old``; None for anything else."""
    compact = re.sub(r"\s|old$|-old$", "", text.strip().lower().replace("-", ""))
    parts = re.findall(r"(\d+(?:\.\d+)?)(周岁|岁|个月|月龄|月|周|天|日龄|日|[a-z]*)", compact)
    if not parts or "".join(n + u for n, u in parts) != compact or any(u not in _AGE_UNITS for _, u in parts):
        return None
    return sum(float(number) * _AGE_UNITS[unit] for number, unit in parts)
