"""Who speaks: doctors, the patient, the intent recognizer. Imports ``sp_sim`` only."""
