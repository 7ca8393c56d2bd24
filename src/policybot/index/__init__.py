"""The index: immutable generations on disk, built whole or in part, opened by mapping."""
