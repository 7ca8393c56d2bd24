"""What a policy's text states that it does to others: repeals, amends, replaces, implements."""
