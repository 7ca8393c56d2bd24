"""What a document's text states about itself, such as its date, issuers and number.

:func:`.read.read_stated` reads all of it. Nothing is imported here: answering uses a few of these
modules, and would otherwise load them all.
"""
