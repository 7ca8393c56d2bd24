"""The page that people read in, and the same as files."""
