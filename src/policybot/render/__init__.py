"""Pure functions from an answer to what a person or a program reads."""
