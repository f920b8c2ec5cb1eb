"""Measure a doctor in diagnostic dialogues with standardized patients. See ``python eval_diag.py --help``."""

import sys

from eval.diag import main

if __name__ == "__main__":
    sys.exit(main())
