"""Import of plain text and Markdown."""
