"""Rules on bodies: who issued, jointly or alone, and bodies that the corpus does not know."""
