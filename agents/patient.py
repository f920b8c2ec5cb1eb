"""The patient who states the record: each recorded finding verbatim, inside a short natural sentence.

Never invents a result, never offers what was not asked for. Where a caregiver speaks, the caregiver answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from agents import cues
from sp_sim.record import HISTORIES, TESTS, Category, Fact, Language, PatientFacts, Sex
from sp_sim.text import canonical, is_none
from sp_sim.transcript import Ask, AskKind, Reading, Reply


@dataclass(frozen=True)
class _Phrases:
    """The patient's own words in one language. ``{0}`` is the thing asked for; callables join parts of a fact."""

    unclear: str
    which: str
    leak: str
    no_symptom: str
    no_test: str
    no_history: str
    no_more: str
    age: str
    sex: Mapping[Sex, str]
    wish: str
    unknown: str
    no_fact: str
    test: str
    joint: str
    quote: Callable[[str], str]
    end: str


_ZH = _Phrases(
    unclear="医生，您能问得再具体一点吗？",
    which="做过的不止一项，您想问哪一项？",
    leak="这个我说不好，得由医生您来判断。",
    no_symptom="没有{0}。",
    no_test="{0}没有做过。",
    no_history="{0}，没有。",
    no_more="没有别的不舒服了。",
    age="{0}。",
    sex={Sex.MALE: "男。", Sex.FEMALE: "女。"},
    wish="{0}。",
    unknown="这个我不清楚。",
    no_fact="没有{0}",
    test="{0}{1}的结果：{2}",
    joint="，",
    quote=lambda when: f"（{when}）",
    end="。",
)
_EN = _Phrases(
    unclear="Doctor, could you ask me something more specific?",
    which="I have had more than one of those. Which one do you mean?",
    leak="I can't tell; that is for you to judge, doctor.",
    no_symptom="No, nothing like that: {0}.",
    no_test="I have not had that done: {0}.",
    no_history="No: {0}.",
    no_more="No, nothing else.",
    age="{0}.",
    sex={Sex.MALE: "Male.", Sex.FEMALE: "Female."},
    wish="{0}.",
    unknown="I don't know.",
    no_fact="No {0}",
    test="{0}{1}: {2}",
    joint=", ",
    quote=lambda when: f" ({when})",
    end=".",
)


class VerbatimPatient:
    """Answers out of ``PatientFacts`` in the record's own words (see ``sp_sim.roles.Patient``)."""

    def __init__(self, facts: PatientFacts) -> None:
        self._patient = facts
        self._by_id = {fact.id: fact for fact in facts.facts}
        self._say = _EN if facts.language is Language.EN else _ZH

    async def answer(self, reading: Reading, told: frozenset[str]) -> Reply:
        spoken, reports = self.said(reading)
        return Reply(text=self.speech(spoken, reports))

    def said(self, reading: Reading) -> tuple[str, str]:
        """What answers a reading: what the patient tells from memory, and reports of tests read out."""
        spoken: dict[str, None] = {}
        reports: dict[str, None] = {}
        stated: set[str] = set()
        for ask in reading.asks:
            for fact in (self._by_id[fact] for fact in ask.facts if fact not in stated):
                (reports if fact.category in TESTS else spoken).setdefault(self._state(fact))
            stated.update(ask.facts)
            if not ask.facts:
                spoken.setdefault(self._decline(ask))
        return self._join(spoken), self._join(reports)

    def speech(self, spoken: str, reports: str) -> str:
        """The whole reply, in the mouth of whoever speaks."""
        reply = self._join((spoken, reports)) or self._say.unclear
        if not self._patient.speaker:
            return reply
        return f"{self._patient.speaker}{': ' if self._say is _EN else '：'}{reply}"

    def _join(self, parts: Iterable[str]) -> str:
        return (" " if self._say is _EN else "").join(part for part in parts if part)

    def _state(self, fact: Fact) -> str:
        say = self._say
        if fact.negative:
            finding = "" if is_none(fact.finding) else fact.finding
            return self._sentence(say.joint.join(filter(None, [say.no_fact.format(self._name(fact)), finding])))
        when = say.quote(fact.qualifier) if fact.qualifier else ""
        if fact.category in TESTS:
            if not fact.finding:
                return self._sentence(f"{fact.item}{when}")
            return self._sentence(say.test.format(self._name(fact), when, fact.finding))
        if not fact.item:
            return self._sentence(f"{fact.finding}{when}")
        return self._sentence(say.joint.join(filter(None, [f"{self._name(fact)}{when}", fact.finding])))

    def _name(self, fact: Fact) -> str:
        if fact.item and not is_none(fact.item):
            return fact.item
        return fact.category.english if self._say is _EN else fact.category.value

    def _sentence(self, text: str) -> str:
        return text if text.endswith(("。", "！", "？", ".", "!", "?", "；", ";")) else text + self._say.end

    def _decline(self, ask: Ask) -> str:
        say = self._say
        if ask.kind is AskKind.LEAK:
            return say.leak
        if ask.kind is AskKind.REPORTS:
            return say.which
        if ask.kind is AskKind.OPEN:
            return say.no_more
        if ask.kind is AskKind.PERSONAL:
            return self._personal(ask.mention)
        if ask.category in TESTS:
            return say.no_test.format(ask.mention)
        return (say.no_history if ask.category in HISTORIES - {Category.GENERAL} else say.no_symptom).format(
            ask.mention
        )

    def _personal(self, mention: str) -> str:
        words = canonical(mention).text
        say, patient = self._say, self._patient
        answers = []
        if cues.AGE.search(words):
            answers.append(say.age.format(patient.age) if patient.age else say.unknown)
        if cues.SEX.search(words):
            answers.append(say.sex[patient.sex] if patient.sex else say.unknown)
        if cues.WISH.search(words):
            answers.append(say.wish.format(patient.intent) if patient.intent else say.unknown)
        return self._join(answers)
