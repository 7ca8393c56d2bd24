"""A question understood: entities and rules over spans of untouched text, and one resolver."""
