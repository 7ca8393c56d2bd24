"""The corpus: files of policies, read, checked, written, imported and split into passages."""
