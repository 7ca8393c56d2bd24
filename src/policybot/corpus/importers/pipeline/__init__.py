"""From files to the corpus, whatever reads them: all of a source, or nothing of it."""
