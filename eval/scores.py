"""What a score is: a value with evidence and a status. A failure is never a number."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from sp_sim.record import Frozen


class Metric(StrEnum):
    """The six metrics of a dialogue, each from 0 to 1."""

    COMPLETENESS = "information_completeness"  # 信息完整性
    STANDARDIZATION = "behavior_standardization"  # 行为标准化
    GUIDANCE = "guidance_rationality"  # 指导合理性
    DIAGNOSIS = "diagnostic_logicality"  # 诊断逻辑性
    TREATMENT = "treatment_logicality"  # 治疗逻辑性
    APPLICABILITY = "clinical_applicability"  # 临床适用性

    @property
    def chinese(self) -> str:
        return _CHINESE[self]


_CHINESE = {
    Metric.COMPLETENESS: "信息完整性",
    Metric.STANDARDIZATION: "行为标准化",
    Metric.GUIDANCE: "指导合理性",
    Metric.DIAGNOSIS: "诊断逻辑性",
    Metric.TREATMENT: "治疗逻辑性",
    Metric.APPLICABILITY: "临床适用性",
}


class Status(StrEnum):
    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"  # the record has nothing to score it against
    UNSCORED = "unscored"  # a judge gave no valid verdict
    FAILED = "failed"  # the doctor's endpoint broke


class Evidence(Frozen):
    """One reason for a score: the round that it rests on (0 for none), the words, why, and the points if any."""

    round: int = Field(ge=0)
    text: str
    reason: str
    points: float | None = None


class Score(Frozen):
    """The value of one metric on one dialogue; ``value`` is a number exactly where ``status`` is scored.

    ``details`` are further numbers that belong to the metric; null where one does not exist.
    """

    value: float | None = Field(None, ge=0, le=1)
    status: Status
    evidence: tuple[Evidence, ...] = ()
    details: dict[str, float | None] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _number_iff_scored(self) -> Self:
        if (self.value is not None) != (self.status is Status.SCORED):
            raise ValueError(f"got value {self.value} with status {self.status}, expected a value exactly where scored")
        return self

    @classmethod
    def without_value(cls, status: Status, reason: str) -> Score:
        return cls(status=status, evidence=(Evidence(round=0, text="", reason=reason),))
