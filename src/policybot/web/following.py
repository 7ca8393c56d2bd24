"""``policybot follow``: import what is new or changed at the web sources of a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import filelock

from policybot.corpus.importers.pipeline.holdings import Holdings
from policybot.corpus.importers.pipeline.origins import Origins
from policybot.corpus.importers.pipeline.source import Given, ImportOptions
from policybot.errors import CorpusError
from policybot.web.fetching import Fetcher
from policybot.web.importing import WebImport, WebResult
from policybot.web.sources import Sources, WebSource

_LOCK = ".follow.lock"


def follow(
    sources: Sources,
    corpus: Path,
    options: ImportOptions,
    fetcher: Fetcher,
    *,
    replace: bool = False,
) -> Iterator[tuple[WebSource, WebResult]]:
    """Import what is new at each source, and yield the results.

    The state of the pages is saved after every source, and when a run is interrupted.

    Raises:
        CorpusError: another run is in progress for this corpus, or it cannot be read.
    """
    corpus.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(corpus / _LOCK)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise CorpusError(
            f"{corpus}: another policybot follow is running; wait until it has finished"
        ) from None
    try:
        origins = Origins(corpus)
        holdings = Holdings(corpus, options.progress)
        try:
            work = WebImport(fetcher, corpus, options, holdings, origins, replace=replace)
            for source in sources.sources:
                given = Given(issuers=source.issuers, language=source.language)
                result = work.take(
                    source.url, source.wanted, delay=source.delay, given=given, kind=source.kind
                )
                origins.save()
                yield source, result
        finally:
            holdings.close()
            origins.save()
    finally:
        lock.release()
