"""The baseline: a doctor without a model, blind to the record. The honest line that any model should beat.

It works through history, examination and the tests that the terminology suggests for what it hears, then concludes
with the disease whose findings it heard most of, and that disease's usual treatment. Deterministic, and without
memory of its own: each turn is made from the visible messages alone.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from sp_sim.record import Category, Language
from sp_sim.terminology import Concept, Kind, Lexicon, Terminology, longest
from sp_sim.text import canonical, clauses, fold, sentences, side_of
from sp_sim.transcript import Message, Utterance


@dataclass(frozen=True)
class _Script:
    """What the baseline says in one language; ``{0}`` is a list of names."""

    symptoms: str
    opened: str
    history: str
    habits: str
    examine: str
    tests: str
    before_surgery: str
    conclude: str
    unsure: str
    general_symptoms: tuple[str, ...]
    general_examination: tuple[str, ...]
    general_tests: tuple[str, ...]
    preoperative: tuple[str, ...]
    comma: str


_ZH = _Script(
    symptoms="有没有{0}？",
    opened="还有哪里不舒服吗？",
    history="以前得过什么病？做过手术吗？平时吃什么药？有没有药物过敏？",
    habits="家族史怎么样？抽烟吗？喝酒吗？婚育史呢？",
    examine="查体：{0}。",
    tests="请做{0}。",
    before_surgery="再查{0}。",
    conclude="诊断：{0}。\n治疗方案：{1}。",
    unsure="诊断：病因未明。\n治疗方案：对症治疗，密切随访。",
    general_symptoms=("发热", "尿痛", "肉眼血尿", "腰痛", "恶心"),
    general_examination=("生命体征", "腹部查体"),
    general_tests=("血常规", "尿常规", "C反应蛋白", "肾功能"),
    preoperative=("凝血功能", "肝功能", "电解质", "心电图", "胸部CT平扫"),
    comma="、",
)
_EN = _Script(
    symptoms="Do you have any {0}?",
    opened="Do you have any other symptoms?",
    history="Do you have any past medical history? Any surgery? What medications do you take? Any drug allergies?",
    habits="What is your family history? Do you smoke? Do you drink alcohol?",
    examine="Let me check {0}.",
    tests="Please get {0}.",
    before_surgery="Please also get {0}.",
    conclude="Diagnosis: {0}.\nTreatment plan: {1}.",
    unsure="Diagnosis: cause unknown.\nTreatment plan: symptomatic treatment and close follow-up.",
    general_symptoms=("fever", "pain", "nausea", "weight loss", "fatigue"),
    general_examination=("vital signs", "abdominal examination"),
    general_tests=("complete blood count", "urinalysis", "C-reactive protein", "renal function"),
    preoperative=("coagulation panel", "liver function tests", "electrolytes", "electrocardiogram", "chest X-ray"),
    comma=", ",
)
_SYMPTOMS_A_TURN, _TESTS_A_TURN, _TEST_TURNS, _CANDIDATES = 6, 4, 3, 4
_DENIED = re.compile(r"无|未见|没有|否认|未触及|未探及|阴性|不伴|\b(no|not|without|denies|negative)\b")


class BaselineDoctor:
    """See the module; ``terminology`` is all that it knows."""

    def __init__(self, terminology: Terminology, language: Language) -> None:
        self._terminology = terminology
        self._language = language
        self._say = _EN if language is Language.EN else _ZH

    async def reply(self, messages: Sequence[Message]) -> Utterance:
        return Utterance(text=self._next(messages))

    def _next(self, messages: Sequence[Message]) -> str:
        say = self._say
        asked = "\n".join(m.text for m in messages if m.speaker == "doctor")
        heard = "\n".join(_findings_heard(messages, (say.history, say.habits)))
        step = sum(m.speaker == "doctor" for m in messages)
        fixed = (None, say.opened, say.history, say.habits)
        if step == 0:
            return say.symptoms.format(self._list(self._symptoms(heard)))
        if step < len(fixed):
            return str(fixed[step])
        if step == len(fixed):
            wanted = self._suggested(heard, asked, Category.PHYSICAL) or list(say.general_examination)
            return say.examine.format(self._list(wanted[:_TESTS_A_TURN]))
        if step < len(fixed) + 1 + _TEST_TURNS:
            tests = self._suggested(heard, asked, None)
            tests += [name for name in say.general_tests if name not in asked and name not in tests]
            if tests:
                return say.tests.format(self._list(tests[:_TESTS_A_TURN]))
        elif step == len(fixed) + 1 + _TEST_TURNS:
            left = [name for name in say.preoperative if name not in asked]
            if left:
                return say.before_surgery.format(self._list(left))
        return self._conclusion(heard)

    def _list(self, names: Sequence[str]) -> str:
        return self._say.comma.join(names)

    def _symptoms(self, heard: str) -> list[str]:
        """Symptoms of the candidate diseases that were not heard yet, then general ones."""
        wanted: dict[str, None] = {}
        for disease in self._ranked(heard)[:_CANDIDATES]:
            for phrase in self._findings(disease):
                term = self._terminology.resolve(phrase)
                if term and term.concept.kind is Kind.SYMPTOM and fold(phrase) not in fold(heard):
                    wanted.setdefault(term.concept.called(self._language))
        wanted.update(dict.fromkeys(self._say.general_symptoms))
        return list(wanted)[:_SYMPTOMS_A_TURN]

    def _suggested(self, heard: str, asked: str, category: Category | None) -> list[str]:
        """Tests of the candidate diseases that were not asked for yet, the likeliest disease's first."""
        wanted: dict[str, None] = {}
        for disease in self._ranked(heard)[:_CANDIDATES]:
            for name in disease.tests:
                term = self._terminology.resolve(name)
                physical = bool(term and term.concept.category is Category.PHYSICAL)
                shown = name if self._language is Language.ZH else self._english(name)
                if shown and physical == (category is Category.PHYSICAL) and shown not in asked:
                    wanted.setdefault(shown)
        return list(wanted)

    def _english(self, name: str) -> str:
        term = self._terminology.resolve(name)
        if not term or not term.concept.en:
            return ""
        regions = [c.en[0] for r in sorted(term.regions) for c in self._terminology.named(r) if c.en]
        return " ".join([*regions, term.concept.en[0]]) if term.concept.modality else term.concept.en[0]

    def _conclusion(self, heard: str) -> str:
        ranked = self._ranked(heard)
        if not ranked:
            return self._say.unsure
        disease = ranked[0]
        english = self._language is Language.EN
        treatments = disease.treatments_en if english else disease.treatments
        name = disease.called(self._language)
        if disease.sided and (side := self._side(disease, heard)):
            name = (
                f"{ {'左': 'left', '右': 'right', '双': 'bilateral'}[side] } {name}" if english else f"{side}侧{name}"
            )
        chosen = treatments[:2] or (("symptomatic treatment",) if english else ("对症治疗",))
        return self._say.conclude.format(name, self._list(chosen))

    def _findings(self, disease: Concept) -> tuple[str, ...]:
        return disease.findings_en if self._language is Language.EN else disease.findings

    def _ranked(self, heard: str) -> list[Concept]:
        """Diseases by how much of what was heard speaks for them, rarer things more, relative to all that would."""
        knowledge = _knowledge(self._terminology, self._language)
        features = {f for text in _affirmed(heard) for f in knowledge.features(text)}
        weights: dict[Concept, list[float]] = {}
        for feature in features:
            for disease in knowledge.diseases.get(feature, ()):
                weights.setdefault(disease, []).append(knowledge.weight[feature])
        scores = {disease: math.fsum(found) / knowledge.norm[disease] for disease, found in weights.items()}
        order = {id(c): i for i, c in enumerate(self._terminology.concepts)}
        return sorted(scores, key=lambda c: (-scores[c], order[id(c)]))

    def _side(self, disease: Concept, heard: str) -> str:
        """The side named most often, above all together with something that speaks for the disease."""
        knowledge = _knowledge(self._terminology, self._language)
        sides: Counter[str] = Counter()
        for text in _affirmed(heard):
            if side := side_of(text):
                sides[side] += 1 + 3 * sum(disease in knowledge.diseases.get(f, ()) for f in knowledge.features(text))
        return max(sides, key=lambda s: (sides[s], s)) if sides else ""


def _findings_heard(messages: Sequence[Message], histories: Sequence[str]) -> Iterator[str]:
    """What the patient said, save the answers to the questions on histories: past diseases are not the present one."""
    for before, message in zip((None, *messages), messages, strict=False):
        if message.speaker == "patient" and not (before and before.text in histories):
            yield message.text


def _affirmed(heard: str) -> list[str]:
    """Clauses of what the patient said that deny nothing, in canonical form."""
    text = canonical(heard).text
    parts = (text[a:b] for start, end in sentences(text) for a, b in clauses(text, start, end))
    return [part for part in parts if not _DENIED.search(part)]


class _Knowledge:
    """What speaks for which disease: phrases of its findings and the concepts that they and its names mention.

    ``weight`` is the inverse document frequency of a feature, ``norm`` the root of the sum of squares of a disease.
    """

    def __init__(self, terminology: Terminology, language: Language) -> None:
        english = language is Language.EN
        known = {c: c.findings_en if english else c.findings for c in terminology.of_kind(Kind.DIAGNOSIS)}
        self._concepts = terminology.lexicon
        self._phrases = Lexicon((phrase, fold(phrase)) for phrases in known.values() for phrase in phrases)
        self.diseases: dict[Concept | str, set[Concept]] = {}
        for disease, phrases in known.items():
            names = (disease.en if english else disease.zh) if phrases else ()
            for text in (*phrases, *names):
                for feature in self.features(fold(text)):
                    self.diseases.setdefault(feature, set()).add(disease)
        total = sum(bool(phrases) for phrases in known.values())
        self.weight = {feature: math.log(1 + total / len(found)) for feature, found in self.diseases.items()}
        squares: dict[Concept, list[float]] = {}
        for feature, found in self.diseases.items():
            for disease in found:
                squares.setdefault(disease, []).append(self.weight[feature] ** 2)
        # Exact sums: the order of a set must not decide between diseases.
        self.norm = {disease: math.sqrt(math.fsum(found)) for disease, found in squares.items()}

    def features(self, text: str) -> set[Concept | str]:
        """Phrases and concepts (no tests: having one speaks for nothing) in canonical text."""
        concepts = {span.value for span in longest(self._concepts.spans(text)) if span.value.kind is not Kind.TEST}
        return concepts | {span.value for span in self._phrases.spans(text)}


@cache
def _knowledge(terminology: Terminology, language: Language) -> _Knowledge:
    return _Knowledge(terminology, language)
