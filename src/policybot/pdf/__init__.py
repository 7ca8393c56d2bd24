"""Read PDF files in a separate process: text with positions, page images, OCR."""
