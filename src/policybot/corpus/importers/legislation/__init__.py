"""Legislation in XML: Akoma Ntoso, USLM, Formex, CLML, Federal Register.

Each format is a :class:`~.dialect.Dialect` (which element is what) and a reader of what its
metadata states; one writer makes Markdown of all of them.
"""
