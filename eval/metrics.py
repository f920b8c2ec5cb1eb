"""Retrieval-augmented evaluation: the six scores of a dialogue as pure functions of transcript and record.

Formulas are those of the README, section *What the scores mean*. Nothing here calls a model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from eval.assertion import Purpose, Verdict
from eval.matching import Match, TargetMatcher
from eval.scores import DIALOGUE, Evidence, Metric, Score, Status
from sp_sim.record import TESTS, CaseRecord, Category, Fact, Phase, Target, facts_of_token
from sp_sim.terminology import Terminology
from sp_sim.transcript import LIMITED_CREDIT, NO_CREDIT, AskKind, StopReason, Transcript, Turn


@dataclass(frozen=True)
class Credit:
    """Points earned for one fact: when, and by which words."""

    fact: str
    round: int
    points: int
    mention: str
    kind: AskKind


def credits(turns: Sequence[Turn], case: CaseRecord) -> dict[str, Credit]:
    """What each revealed fact earned, by fact id, in the order in which they were told.

    A fact earns once, in the round in which it is first told, by the best ask of that round: its weight; at most 1
    point where a group of the terminology or an open question brought it up; nothing for kinds of asks that earn none.
    """
    earned: dict[str, Credit] = {}
    for turn in turns:
        for ask in sorted(turn.reading.asks, key=lambda ask: ask.kind in LIMITED_CREDIT):
            for fact in ask.facts:
                if fact in earned or ask.kind in NO_CREDIT:
                    continue
                weight = case.weight(fact)
                points = min(weight, 1) if ask.kind in LIMITED_CREDIT else weight
                earned[fact] = Credit(fact, turn.round, points, ask.mention, ask.kind)
    return earned


Judgements = Mapping[str, Sequence[Match] | None]
"""The verdicts of a judge on one conclusion by purpose; None where it gave no valid ones."""


def score_dialogue(
    transcript: Transcript, case: CaseRecord, terminology: Terminology, judged: Judgements | None = None
) -> dict[Metric, Score]:
    """All six scores. Where the dialogue failed, every one is ``failed``, without a value.

    With ``judged`` the judge's verdicts stand in place of those of the rules.
    """
    if transcript.stop is StopReason.FAILED:
        return failed(DIALOGUE, transcript)
    earned = credits(transcript.turns, case)
    return {
        Metric.COMPLETENESS: completeness(earned, case),
        Metric.STANDARDIZATION: standardization(earned, case),
        Metric.GUIDANCE: guidance(earned, transcript, case),
        **score_conclusion(transcript, case, terminology, judged),
        Metric.APPLICABILITY: applicability(transcript, case),
    }


def score_conclusion(
    transcript: Transcript, case: CaseRecord, terminology: Terminology, judged: Judgements | None = None
) -> dict[Metric, Score]:
    """Diagnosis and treatment, of a dialogue that did not fail; ``judged`` as in ``score_dialogue``."""
    matcher = TargetMatcher(terminology)
    conclusion = transcript.conclusion

    def score(purpose: Purpose, targets: Sequence[Target], scorer: _Scorer) -> Score:
        if judged is None or conclusion is None or not targets:
            return scorer(matcher.match(conclusion or "", targets, purpose), transcript, case)
        matches = judged.get(purpose)
        if matches is None:
            return Score.without_value(Status.UNSCORED, "the judge gave no valid verdict")
        return scorer(matches, transcript, case)

    return {
        Metric.DIAGNOSIS: score(Purpose.DIAGNOSIS, case.reference.diagnoses, diagnosis),
        Metric.TREATMENT: score(Purpose.TREATMENT, case.reference.treatments, treatment),
    }


_Scorer = Callable[[Sequence[Match], Transcript, CaseRecord], Score]


def failed(metrics: Iterable[Metric], transcript: Transcript) -> dict[Metric, Score]:
    """The scores where a dialogue failed: none has a value."""
    return {metric: Score.without_value(Status.FAILED, transcript.failure) for metric in metrics}


def completeness(earned: Mapping[str, Credit], case: CaseRecord) -> Score:
    """Credit of the revealed facts ÷ weight of all facts. Details: the same by phase and by category."""
    weighted = [fact for fact in case.patient.facts if case.weight(fact.id)]
    if not weighted:
        return Score.without_value(Status.NOT_APPLICABLE, "no fact of the record has a weight")

    def share(facts: Sequence[Fact]) -> float | None:
        total = sum(case.weight(fact.id) for fact in facts)
        return sum(earned[f.id].points for f in facts if f.id in earned) / total if total else None

    details = {
        phase.value: share([f for f in weighted if case.reference.marks[f.id].phase is phase]) for phase in Phase
    }
    details |= {
        c.value: share([f for f in weighted if f.category is c])
        for c in Category
        if any(f.category is c for f in weighted)
    }
    evidence = [_credit_evidence(earned[f.id], f, case) for f in weighted if f.id in earned]
    evidence += [
        Evidence(round=0, text=fact.id, reason="never asked for", points=0)
        for fact in weighted
        if fact.id not in earned
    ]
    return Score(value=share(weighted), status=Status.SCORED, evidence=tuple(evidence), details=details)


def _credit_evidence(credit: Credit, fact: Fact, case: CaseRecord) -> Evidence:
    reason = f"{fact.id}: {credit.kind.value}, {credit.points} of {case.weight(fact.id)}"
    return Evidence(round=credit.round, text=credit.mention, reason=reason, points=credit.points)


def standardization(earned: Mapping[str, Credit], case: CaseRecord) -> Score:
    """Order of inquiry: over pairs of order tokens of different tiers, (C + ½T) ÷ all such pairs.

    C counts pairs of which the earlier token was first asked in an earlier round, T those asked in the same round;
    a pair with an unasked token counts 0. Details: ``asked_pairs``, the same over pairs with both tokens asked.
    """
    first: dict[tuple[int, str], int | None] = {}
    for number, tier in enumerate(case.reference.order):
        for token in tier:
            rounds = [earned[f.id].round for f in facts_of_token(token, case.patient.facts) if f.id in earned]
            first[number, token] = min(rounds, default=None)
    pairs = [(a, b) for a, b in combinations(first, 2) if a[0] != b[0]]
    if not pairs:
        return Score.without_value(Status.NOT_APPLICABLE, "the record states no order of inquiry")
    points = asked = 0.0
    evidence = []
    for earlier, later in pairs:
        one, other = first[earlier], first[later]
        if one is None or other is None:
            missing = earlier[1] if one is None else later[1]
            point, reason = 0.0, f"{missing} was never asked for"
        else:
            asked += 1
            point = 1.0 if one < other else 0.5 if one == other else 0.0
            reason = f"asked in rounds {one} and {other}"
        points += point
        evidence.append(
            Evidence(round=one or other or 0, text=f"{earlier[1]} > {later[1]}", reason=reason, points=point)
        )
    details = {"asked_pairs": points / asked if asked else None, "pairs": float(len(pairs)), "pairs_asked": asked}
    return Score(value=points / len(pairs), status=Status.SCORED, evidence=tuple(evidence), details=details)


def guidance(earned: Mapping[str, Credit], transcript: Transcript, case: CaseRecord) -> Score:
    """Asked ÷ all, over the diagnostic facts of weight 2 in 检查 检验 查体 病理.

    Details: ``precision``, tests named by the doctor that are on record ÷ all tests that the doctor named.
    """
    key_tests = [
        f
        for f in case.patient.facts
        if f.category in TESTS and case.weight(f.id) == 2 and case.reference.marks[f.id].phase is Phase.DIAGNOSTIC
    ]
    if not key_tests:
        return Score.without_value(Status.NOT_APPLICABLE, "the record has no key test")
    asked = [fact for fact in key_tests if fact.id in earned]
    named = {
        (ask.category, ask.mention): bool(ask.facts)
        for turn in transcript.turns
        for ask in turn.reading.asks
        if ask.category in TESTS and ask.kind is not AskKind.REPORTS
    }
    precision = sum(named.values()) / len(named) if named else None
    evidence = [
        _credit_evidence(earned[f.id], f, case)
        if f.id in earned
        else Evidence(round=0, text=f.id, reason="never asked for", points=0)
        for f in key_tests
    ]
    return Score(
        value=len(asked) / len(key_tests),
        status=Status.SCORED,
        evidence=tuple(evidence),
        details={"precision": precision, "tests_named": float(len(named))},
    )


def diagnosis(matches: Sequence[Match], transcript: Transcript, case: CaseRecord) -> Score:
    """1 if the conclusion asserts the core diagnosis, else 0. Details: ``listed``, the share of all listed ones."""
    core = case.reference.core_diagnosis
    hit = any(m.asserted for m, target in zip(matches, case.reference.diagnoses, strict=True) if target is core)
    listed = sum(m.asserted for m in matches) / len(matches)
    return Score(
        value=float(hit),
        status=Status.SCORED,
        evidence=_match_evidence(matches, transcript),
        details={"listed": listed},
    )


def treatment(matches: Sequence[Match], transcript: Transcript, case: CaseRecord) -> Score:
    """Listed treatments asserted ÷ listed treatments. Details: ``any``, 1 if any of them is."""
    if not matches:
        return Score.without_value(Status.NOT_APPLICABLE, "the record lists no treatment")
    hits = [m.asserted for m in matches]
    return Score(
        value=sum(hits) / len(hits),
        status=Status.SCORED,
        evidence=_match_evidence(matches, transcript),
        details={"any": float(any(hits))},
    )


_REASONS = {
    Verdict.ASSERTED: "asserted",
    Verdict.NEGATED: "named, but denied or advised against",
    Verdict.DIFFERENTIAL: "named, but only as one possibility",
    Verdict.HISTORY: "named, but as history",
    Verdict.WRONG_SIDE: "named, but on the wrong side",
    Verdict.NOT_FOUND: "not named",
}


def _match_evidence(matches: Sequence[Match], transcript: Transcript) -> tuple[Evidence, ...]:
    if transcript.conclusion is None:
        return (Evidence(round=0, text="", reason=f"no conclusion ({transcript.stop.value})", points=0),)
    last = len(transcript.turns)
    return tuple(
        Evidence(
            round=last if m.span else 0,
            text=m.text,
            reason=f"{m.target}: {_REASONS[m.verdict]}",
            points=float(m.asserted),
        )
        for m in matches
    )


def applicability(transcript: Transcript, case: CaseRecord) -> Score:
    """1 if concluded within the expected rounds; concluded later, expected ÷ used; never concluded, 0."""
    expected, used = case.reference.expected_rounds, len(transcript.turns)
    if transcript.stop is StopReason.CONCLUDED:
        value, what = min(1.0, expected / used), f"concluded in round {used}, {expected} expected"
    else:
        value, what = 0.0, f"never concluded ({transcript.stop.value})"
    evidence = (Evidence(round=used, text=transcript.stop.value, reason=what, points=value),)
    return Score(
        value=value,
        status=Status.SCORED,
        evidence=evidence,
        details={"rounds": float(used), "expected": float(expected)},
    )
