"""Vectors on disk: memory-mapped, read by row, and quantised in large indexes."""
