"""Measure a doctor in diagnostic reasoning: the tests that it would order. See ``python eval_reason.py --help``."""

import sys

from eval.reason import main

if __name__ == "__main__":
    sys.exit(main())
