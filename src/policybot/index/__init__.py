"""The index: immutable generations on disk, built incrementally and opened by memory mapping."""
