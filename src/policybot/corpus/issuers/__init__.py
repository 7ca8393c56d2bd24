"""The bodies that issue policies: the table of their names, and lookup of names in text."""
