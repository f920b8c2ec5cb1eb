"""The labelled data of the benchmarks is consistent, and reading does not depend on what was read before."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT

from agents.casting import patient_side
from agents.intent import LocalRecognizer
from sp_sim.encoder import make_encoder
from sp_sim.library import load
from sp_sim.record import Category
from sp_sim.text import fold

DATA = ROOT / "benchmarks" / "data"
CASES = {case.record.id: case.record for case in load([ROOT / "cases"])[0]}


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


@pytest.mark.parametrize("path", sorted(DATA.glob("*/*.jsonl")), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_labels_name_what_the_case_holds(path: Path) -> None:
    case = CASES[path.name.split(".")[0]]
    items = {fact.name for fact in case.patient.facts}
    found = rows(path)
    assert max(Counter(str(row["id"]) for row in found).values()) == 1
    for row in found:
        assert row["case"] == case.id, row["id"]
        if "utterance" in row:
            assert set(row["items"]) | set(row["asked_before"]) <= items, row["id"]  # type: ignore[call-overload]
            assert set(row["categories"]) <= {c.value for c in Category}, row["id"]  # type: ignore[call-overload]
            assert not (row["concluding"] and row["items"]), row["id"]
        else:
            assert set(row["diagnoses"]) <= {t.name for t in case.reference.diagnoses}, row["id"]  # type: ignore[call-overload]
            assert set(row["treatments"]) <= {t.name for t in case.reference.treatments}, row["id"]  # type: ignore[call-overload]


@pytest.mark.parametrize("half", ["dev", "held"])
def test_flags_name_what_a_hazard_holds(half: str) -> None:
    found = rows(DATA / f"hazards.{half}.jsonl")
    assert max(Counter(str(row["id"]) for row in found).values()) == 1
    for row in found:
        hazards = CASES[str(row["case"])].reference.hazards
        for kind, name in row["flags"]:  # type: ignore[attr-defined]
            of_kind = [hazard for hazard in hazards if hazard.kind == kind]
            known = {fold(never) for hazard in of_kind for never in hazard.never}
            assert fold(name) in known if name else any(hazard.must for hazard in of_kind), row["id"]


def test_the_flagged_halves_share_no_case_and_are_large_enough() -> None:
    dev, held = (rows(DATA / f"hazards.{half}.jsonl") for half in ("dev", "held"))
    assert not {row["case"] for row in dev} & {row["case"] for row in held}
    assert min(len(dev), len(held)) >= 60
    assert len({row["case"] for row in dev + held}) >= 25


def test_the_halves_share_no_case_and_are_large_enough() -> None:
    dev, held = ({p.name.split(".")[0] for p in (DATA / half).glob("*.turns.jsonl")} for half in ("dev", "held"))
    assert not dev & held
    turns = [row for path in DATA.glob("*/*.turns.jsonl") for row in rows(path)]
    assert len(turns) >= 1050
    assert len(dev | held) >= 20
    assert sum(len(rows(path)) for path in DATA.glob("*/*.answers.jsonl")) >= 300


def test_a_turn_reads_the_same_in_every_order() -> None:
    case = next(c for c in load([ROOT / "cases"])[0] if c.record.id == "bph-retention")
    turns = [str(row["utterance"]) for row in rows(DATA / "held" / "bph-retention.turns.jsonl")]

    def read(order: list[str]) -> dict[str, object]:
        recognizer, _ = patient_side(case, make_encoder())
        assert isinstance(recognizer, LocalRecognizer)
        return {turn: recognizer.read_now(turn) for turn in order}

    assert read(turns) == read(turns[::-1])
