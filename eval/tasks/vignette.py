"""A case as a text: what a doctor is told who cannot ask."""

from __future__ import annotations

from collections.abc import Collection

from sp_sim.record import CaseRecord, Category, Fact, Language, Sex


def vignette(record: CaseRecord, categories: Collection[Category]) -> str:
    """Age, sex and opening of a case, and its facts of some categories under their headings, findings verbatim.

    Built from ``PatientFacts`` alone: diagnoses, treatments, order and weights do not reach it.
    """
    patient, english = record.patient, record.language is Language.EN
    sexes = {Sex.MALE: ("男", "male"), Sex.FEMALE: ("女", "female"), None: ("", "")}
    sex = sexes[patient.sex][english]
    who = (", " if english else "，").join(part for part in (sex, patient.age) if part)
    lines = [f"Patient: {who}." if english else f"患者：{who}。"] if who else []
    lines.append(f"Chief complaint: {patient.opening}" if english else f"主诉：{patient.opening}")
    for category in Category:
        facts = [fact for fact in patient.facts if fact.category is category]
        if facts and category in categories:
            lines.append(f"\n{category.english.capitalize()}:" if english else f"\n{category.value}：")
            lines += [f"- {_line(fact, english)}" for fact in facts]
    return "\n".join(lines)


def _line(fact: Fact, english: bool) -> str:
    """Item, finding and when, of one fact."""
    colon, opened, closed = (": ", " (", ")") if english else ("：", "（", "）")
    if not fact.finding:
        return f"{fact.name}{colon}{fact.qualifier}" if fact.qualifier else fact.name
    when = f"{opened}{fact.qualifier}{closed}" if fact.qualifier else ""
    return f"{fact.name}{colon}{fact.finding}{when}"
