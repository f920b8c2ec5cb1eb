"""The clinicians' page: browse, replay, compare, judge, consult (``python -m eval serve``)."""
