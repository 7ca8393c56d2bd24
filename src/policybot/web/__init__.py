"""Fetch documents from the web, politely and within limits, and import them like files."""
