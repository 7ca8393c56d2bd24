"""Extract relations from texts: which documents a policy repeals, amends, replaces, implements."""
