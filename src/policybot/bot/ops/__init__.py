"""Operations: access lists, logging, metrics, health, and outages of the index."""
