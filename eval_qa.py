"""Measure a doctor in single-turn clinical QA: all of a case at once, one answer. See ``python eval_qa.py --help``."""

import sys

from eval.qa import main

if __name__ == "__main__":
    sys.exit(main())
