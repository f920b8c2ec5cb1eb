"""Items: questions with a right answer, and how what a model replies to them is read and scored."""
