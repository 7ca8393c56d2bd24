"""Indexing on a Ray cluster: policies are split and texts embedded by its workers."""
