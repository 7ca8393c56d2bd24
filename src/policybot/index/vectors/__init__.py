"""Vectors on disk: mapped, picked out by rows, and coded where there are many."""
