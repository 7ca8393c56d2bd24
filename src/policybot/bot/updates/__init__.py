"""Incoming updates: received, stored, and each processed once."""
