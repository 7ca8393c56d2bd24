"""PDF files, opened by another process: what pages print where, and pictures of pages."""
