"""Split texts into paragraphs, lists, passages and sentences; detect their language."""
