"""Questions read, passages ranked, answers made."""
