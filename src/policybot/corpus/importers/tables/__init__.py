"""Import of tables: one policy per row."""
