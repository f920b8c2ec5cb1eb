"""The simulator: record, retrieval, dialogue, transcript. Imports nothing else of this project."""
