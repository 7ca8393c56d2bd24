"""The files of a generation: manifest, columns, lexical index and texts."""
