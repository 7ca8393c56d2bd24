"""PDFs as policies."""
