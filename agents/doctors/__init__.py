"""Doctors: the models under test, the reference lines they are compared with, and people."""
