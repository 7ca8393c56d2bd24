"""What a question names: dates, bodies, numbers, quoted words, titles, as spans with values."""
