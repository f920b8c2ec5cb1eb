def score_pairs(found, gold, terminology, encoder):
    raise NotImplementedError
