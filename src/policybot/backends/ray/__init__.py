"""Indexing past one machine: policies are divided, and texts embedded, on a cluster of Ray."""
