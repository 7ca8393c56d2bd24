"""Re-rankers, which score question and passage together, and their export."""
