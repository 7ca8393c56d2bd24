"""A model that reads question and passage together, and its export."""
