"""The bodies that issue policies: their names, and where a text names them."""
