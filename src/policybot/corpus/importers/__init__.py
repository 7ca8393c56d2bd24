"""From source files to drafts of policies that a person reviews.

An importer reads one kind of file (:mod:`~policybot.corpus.importers.kinds` says which);
:func:`import_file` copies the source unchanged to ``sources/`` and puts its drafts into the corpus,
all of them or none; :func:`import_paths` does so for folders of mixed files.
"""

from __future__ import annotations

from policybot.corpus.importers.importing import import_file
from policybot.corpus.importers.many import Imported, import_paths
from policybot.corpus.importers.policy_list import import_policy_list
from policybot.corpus.importers.result import ImportResult, Outcome, Report
from policybot.corpus.importers.source import ImportOptions, Kind, SourceFile

__all__ = [
    "ImportOptions",
    "ImportResult",
    "Imported",
    "Kind",
    "Outcome",
    "Report",
    "SourceFile",
    "import_file",
    "import_paths",
    "import_policy_list",
]
