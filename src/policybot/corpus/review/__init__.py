"""What is wrong with a corpus, and what a person still has to look at."""
