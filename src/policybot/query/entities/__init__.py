"""The entities that a question names: dates, bodies, numbers, quotes, titles, provisions."""
