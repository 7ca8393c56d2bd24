"""Candidate passages for a question, their order, and how sure it is that they answer."""
