"""Answers that are passages: which policies answer, and what is quoted of them."""
