"""Import of PDFs."""
