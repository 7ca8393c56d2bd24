"""Plain text and Markdown as policies."""
