"""Callback queries: what pressing each button does."""
