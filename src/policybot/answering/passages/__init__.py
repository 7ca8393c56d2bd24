"""Answers that quote passages: which policies answer, and which passages are quoted."""
