"""The words of a question: what they weigh, which are required, misspelt, or of which language."""
