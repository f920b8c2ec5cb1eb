"""What it was worth: scoring, runs, reports. Imports ``sp_sim`` and ``agents``."""
