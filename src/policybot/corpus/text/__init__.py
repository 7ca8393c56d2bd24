"""A text as paragraphs, lists, passages and sentences, and the language it is in."""
