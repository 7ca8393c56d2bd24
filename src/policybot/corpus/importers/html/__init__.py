"""Import of web pages."""
