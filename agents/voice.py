"""The patient whose words a chat model chooses, and the guard that lets nothing be added to the record or dropped.

Only what the patient tells from memory is reworded; reports of tests are read out as they stand. A rewording that
changes a number, a name, a side, a sign or a denial is thrown away, and the verbatim reply stands.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cached_property
from pathlib import Path

from agents.patient import VerbatimPatient
from sp_sim.errors import ModelError
from sp_sim.model import ChatMessage, ChatModel
from sp_sim.record import PatientFacts
from sp_sim.terminology import Kind, Lexicon, longest
from sp_sim.text import canonical, sentences
from sp_sim.transcript import Reading, Reply

_PROMPTS = Path(__file__).resolve().parent / "prompts"


class VoicedPatient:
    """Rewords a ``VerbatimPatient`` (see ``sp_sim.roles.Patient``). ``lexicon`` is that of the terminology."""

    def __init__(self, patient: VerbatimPatient, model: ChatModel, facts: PatientFacts, lexicon: Lexicon) -> None:
        self._patient = patient
        self._model = model
        self._facts = facts
        self._lexicon = lexicon

    async def answer(self, reading: Reading, told: frozenset[str]) -> Reply:
        spoken, reports = self._patient.said(reading)
        if not spoken or not reading.facts:
            return await self._patient.answer(reading, told)
        messages = [
            ChatMessage(role="system", content=self._prompt),
            ChatMessage(role="user", content=json.dumps({"reply": spoken}, ensure_ascii=False)),
        ]
        try:
            completion = await self._model.complete(messages)
        except ModelError as error:
            return Reply(text=self._patient.speech(spoken, reports), rejected=f"no rewording: {error}")
        words = " ".join(completion.text.split())
        problem = unfaithful(spoken, words, self._lexicon)
        text = self._patient.speech(spoken if problem else words, reports)
        return Reply(text=text, rejected=problem, usage=completion.usage)

    @cached_property
    def _prompt(self) -> str:
        facts = self._facts
        prompt = (_PROMPTS / f"voice.{facts.language.value}.md").read_text("utf-8").strip()
        who = {"age": facts.age, "sex": facts.sex.value if facts.sex else "", "speaker": facts.speaker}
        return prompt + "\n\n" + json.dumps({k: v for k, v in who.items() if v}, ensure_ascii=False)


def unfaithful(verbatim: str, reworded: str, lexicon: Lexicon) -> str:
    """What a rewording adds to a reply, drops from it or turns round; empty where it says the same.

    Compared are numbers and what they count, Latin words and signs in reports, sides, the things named (concepts of
    the terminology and where they stand denied), and the number of denials of what is in no terminology.
    """
    if not reworded.strip():
        return "nothing said"
    if len(reworded) > 3 * len(verbatim) + 60:
        return "much longer than the record"
    before, after = canonical(verbatim).text, canonical(reworded).text
    for what, collect in _COMPARED.items():
        old, new = collect(before), collect(after)
        if changed := (old - new) + (new - old):
            verb = "drops" if set(changed) & set(old - new) else "adds"
            return f"{verb} {what}: {', '.join(sorted(map(str, changed)))}"
    told, retold = _named(before, lexicon), _named(after, lexicon)
    if lost := set(told) - set(retold):
        return f"drops: {', '.join(sorted(lost))}"
    if added := set(retold) - set(told):
        return f"adds: {', '.join(sorted(added))}"
    if turned := [name for name in told if told[name] != retold[name]]:
        return f"turns round: {', '.join(sorted(turned))}"
    return ""


_DIGIT = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"两": "2", "〇": "0"}
_COUNTED = (
    r"(?=[余多几来]?(?:个|天|日|周|星期|月|年|岁|次|小时|分钟|片|粒|颗|支|瓶|包|杯|两|斤|公斤|厘米|毫米|度|级|胎|回|点|"
    r"倍|成|半|趟|口|块|处|枚|盒))"
)
_NUMBER = re.compile(rf"\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万半]+{_COUNTED}")
_WORDED = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        range(1, 13),
        strict=True,
    )
)


def _numbers(text: str) -> Counter[str]:
    found = [_arabic(match[0]) for match in _NUMBER.finditer(text)]
    found += [str(_WORDED[word]) for word in re.findall(r"[a-z]+", text) if word in _WORDED and word != "one"]
    return Counter(set(found))


def _arabic(number: str) -> str:
    """A number as digits, as far as 九十九; others as they are written."""
    if "十" in number and not set(number) & set("百千万半"):
        tens, _, ones = number.partition("十")
        return (_DIGIT.get(tens, "1") if tens else "1") + (_DIGIT.get(ones, ones) if ones else "0")
    return "".join(_DIGIT.get(c, c) for c in number)


def _sides(text: str) -> Counter[str]:
    words = {"left": "左", "right": "右", "bilateral": "双", "both": "双"}
    found = re.findall(r"左(?!右)|(?<!左)右|双(?!j)|\b(?:left|right|bilateral|both)\b", text)
    return Counter({words.get(side, side) for side in found})


def _signs(text: str) -> Counter[str]:
    found = re.findall(r"[↑↓±]|阳性|阴性|\b(?:positive|negative)\b|正常|异常|\b(?:ab)?normal\b", text)
    return Counter(set(found))


_COMPARED = {"numbers": _numbers, "sides": _sides, "signs": _signs}
_DENIED = re.compile(
    r"(?:没有?|无|不(?!适|舒服|错|过|仅|但|光|久|断|知|清|大|太)|未|否认|别)"
    r"|\b(?:no|not|never|without|none|nor|den(?:y|ies)|\w+n't)\b"
)
_THINGS = frozenset({Kind.SYMPTOM, Kind.DIAGNOSIS, Kind.TEST, Kind.DRUG, Kind.TREATMENT})


def _named(text: str, lexicon: Lexicon) -> dict[str, bool]:
    """The things that a text names, each with whether it stands denied."""
    named: dict[str, bool] = {}
    spans = longest(s for s in lexicon.spans(text) if s.value.kind in _THINGS and text[s.start] not in "没无不未")
    for start, end in sentences(text):
        denied = False
        position = start
        for span in (span for span in spans if start <= span.start < end):
            between = text[position : span.start]
            denied = bool(_DENIED.search(between)) or (denied and not re.search(r"[,，但而]|\bbut\b", between))
            named[span.value.name] = denied
            position = span.end
    return named
