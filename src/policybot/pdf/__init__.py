"""PDF files, opened in a process of their own: their characters with places, and their pages as pictures."""
