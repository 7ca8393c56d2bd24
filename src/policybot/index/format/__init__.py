"""What a generation is made of on disk: its manifest, columns, words and texts."""
