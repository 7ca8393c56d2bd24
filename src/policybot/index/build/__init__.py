"""Building generations: splitting, embedding, comparing, publishing."""
