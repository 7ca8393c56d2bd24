"""Web pages as policies."""
