"""How sure an index must be to answer, fitted to the corpus it holds."""
