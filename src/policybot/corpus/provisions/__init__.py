"""Provisions: the articles, sections and items of a policy, each with an address (``art5.2``)."""
