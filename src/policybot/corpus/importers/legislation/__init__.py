"""Import of legislation in XML: Akoma Ntoso, USLM, Formex, CLML, Federal Register.

Each format has a :class:`~.dialect.Dialect` (the roles of its elements) and a parser of its
metadata; one writer converts all of them to Markdown.
"""
