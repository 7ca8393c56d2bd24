"""Tables as policies: one a row."""
