"""Policies as files: found, read, written."""
