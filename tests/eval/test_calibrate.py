from __future__ import annotations

from eval.calibrate import EXPECTED, ORACLE, Effect, calibrate
from eval.scores import DIALOGUE
from sp_sim import library
from sp_sim.encoder import CachedEncoder
from sp_sim.library import LoadedCase


def test_every_metric_is_lowered_by_some_flaw_alone() -> None:
    for metric in DIALOGUE:
        assert any(effects[metric] in (Effect.LOWER, Effect.NONE) for effects in EXPECTED.values()), metric


def test_the_matrix_holds_on_every_shipped_case(encoder: CachedEncoder) -> None:
    cases, _ = library.load([library.SHIPPED])
    result = calibrate(cases, encoder)
    assert result.violations == []
    assert result.means[ORACLE] == dict.fromkeys(DIALOGUE, 1.0)
    assert result.cases["wrong side"] >= 5


def test_a_metric_that_cannot_be_had_is_a_violation(case: LoadedCase, encoder: CachedEncoder) -> None:
    reference = case.record.reference.model_copy(update={"expected_rounds": 1})
    hurried = LoadedCase(case.record.model_copy(update={"reference": reference}), case.path, case.terminology)
    violations = calibrate([hurried], encoder).violations
    assert any(v.startswith("small: oracle: clinical_applicability") for v in violations)
