"""Runs the baseline on the shipped cases and stores its scores: the line that reports draw and the README quotes.

``python benchmarks/reference.py``, whenever reading, scoring or a case has changed; a test tells when it was forgotten.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from labels import HERE

ROOT = HERE.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    from eval.folder import read_info, read_scores
    from eval.report import REFERENCE

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        subprocess.run([sys.executable, str(ROOT / "eval_diag.py"), "--out", str(out)], check=True, cwd=ROOT)
        hashes = {case["id"]: case["sha256"] for case in read_info(out).cases}
        scores = {
            hashes[line.case]: {metric.value: score.value for metric, score in line.scores.items()}
            for line in read_scores(out)
        }
    rows = (f"{json.dumps(sha)}: {json.dumps(values)}" for sha, values in sorted(scores.items()))
    REFERENCE.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")
    print(f"written: {REFERENCE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
