"""Presses on buttons, and what each button does."""
