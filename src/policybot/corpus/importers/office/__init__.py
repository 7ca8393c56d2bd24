"""Documents of office programs as policies."""
