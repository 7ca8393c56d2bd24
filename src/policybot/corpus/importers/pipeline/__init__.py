"""The import pipeline, common to all formats: all of a source is imported, or nothing."""
