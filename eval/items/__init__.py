"""Single questions: how a reply is read and what it is worth; pure functions."""
