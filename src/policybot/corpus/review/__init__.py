"""Check a corpus for problems, and manage what a person has to review."""
