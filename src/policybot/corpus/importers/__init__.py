"""Import source files as drafts of policies, which a person reviews.

An importer reads one kind of file (:mod:`~policybot.corpus.importers.pipeline.kinds` says which).
:func:`.pipeline.importing.import_file` copies the source unchanged to ``sources/`` and writes its
drafts to the corpus, all of them or none; :func:`.pipeline.many.import_paths` does so for files and
folders.
"""
