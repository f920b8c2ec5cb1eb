"""What a score is: a value with evidence and a status. A failure is never a number."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from eval.taxonomy import Fault
from sp_sim.record import Frozen


class Metric(StrEnum):
    """All metrics, each from 0 to 1; a task has those that it names (see ``eval.task``)."""

    COMPLETENESS = "information_completeness"  # 信息完整性
    STANDARDIZATION = "behavior_standardization"  # 行为标准化
    GUIDANCE = "guidance_rationality"  # 指导合理性
    DIAGNOSIS = "diagnostic_logicality"  # 诊断逻辑性
    TREATMENT = "treatment_logicality"  # 治疗逻辑性
    APPLICABILITY = "clinical_applicability"  # 临床适用性
    TEST_RECALL = "test_recall"
    TEST_PRECISION = "test_precision"
    TEST_F1 = "test_f1"
    WEIGHTED_RECALL = "weighted_test_recall"
    WEIGHTED_PRECISION = "weighted_test_precision"
    WEIGHTED_F1 = "weighted_test_f1"
    SYMPTOM_RECALL = "symptom_recall"
    STRICT = "strict_accuracy"
    LENIENT = "lenient_accuracy"
    FORMAT = "format_adherence"
    SAFETY = "safety_judgement"
    KEY_PRECISION = "key_precision"
    KEY_RECALL = "key_recall"
    KEY_F1 = "key_f1"
    SENTENCE_SIMILARITY = "sentence_similarity"
    BERTSCORE = "bertscore_f1"
    MACRO_RECALL = "macro_recall"
    RECALL_AND_SIMILARITY = "recall_and_similarity"
    COVERAGE = "information_coverage"
    ENTITY_RECALL = "entity_recall"
    JUDGED = "judged_quality"

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
    Metric.TEST_RECALL: "检查召回率",
    Metric.TEST_PRECISION: "检查精确率",
    Metric.TEST_F1: "检查F1",
    Metric.WEIGHTED_RECALL: "加权检查召回率",
    Metric.WEIGHTED_PRECISION: "加权检查精确率",
    Metric.WEIGHTED_F1: "加权检查F1",
    Metric.SYMPTOM_RECALL: "症状召回率",
    Metric.STRICT: "严格准确率",
    Metric.LENIENT: "宽松准确率",
    Metric.FORMAT: "格式遵循率",
    Metric.SAFETY: "安全判断",
    Metric.KEY_PRECISION: "键值精确率",
    Metric.KEY_RECALL: "键值召回率",
    Metric.KEY_F1: "键值F1",
    Metric.SENTENCE_SIMILARITY: "句向量相似度",
    Metric.BERTSCORE: "BERTScore F1",
    Metric.MACRO_RECALL: "要点宏召回率",
    Metric.RECALL_AND_SIMILARITY: "召回与相似度",
    Metric.COVERAGE: "信息覆盖率",
    Metric.ENTITY_RECALL: "医学实体召回率",
    Metric.JUDGED: "裁判评分",
}
DIALOGUE = (
    Metric.COMPLETENESS, Metric.STANDARDIZATION, Metric.GUIDANCE, Metric.DIAGNOSIS, Metric.TREATMENT,
    Metric.APPLICABILITY,
)  # fmt: skip
"""The six metrics of a dialogue."""


class Status(StrEnum):
    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"  # the record has nothing to score it against
    UNSCORED = "unscored"  # a judge gave no valid verdict
    FAILED = "failed"  # the doctor's endpoint broke


class Evidence(Frozen):
    """One reason for a score: the round that it rests on (0 for none), the words, why, and the points if any.

    ``fault`` labels a lost point (see ``eval.taxonomy``).
    """

    round: int = Field(ge=0)
    text: str
    reason: str
    points: float | None = None
    fault: Fault | None = None


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
