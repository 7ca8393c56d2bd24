"""A stand-in engine, so that the bot can start before there is an index."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from policybot.answering.engine import Engine, open_engine
from policybot.config import Config
from policybot.corpus.issuers.table import IssuerBook
from policybot.errors import IndexUnusableError, UnavailableError
from policybot.model import Answer, Document, IndexInfo, Issuer

_NOTHING = IndexInfo("none", "none", 0, 0, None, None)


class LateEngine:
    """Stands in for an :class:`Engine` until one can be opened. Thread-safe.

    Until then every question raises :class:`UnavailableError`; :meth:`refresh` tries again.
    """

    def __init__(
        self, config: Config, reason: str, opening: Callable[[Config], Engine] = open_engine
    ) -> None:
        """``reason`` says why no index could be opened yet."""
        self.config = config
        self.reason = reason
        self._opening = opening
        self._engine: Engine | None = None
        self._changing = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether an index is open."""
        return self._engine is not None

    @property
    def info(self) -> IndexInfo:
        """The live generation; an empty one while there is none."""
        return self._engine.info if self._engine else _NOTHING

    @property
    def issuers(self) -> IssuerBook:
        """The issuers of the live generation."""
        return self._opened().issuers

    @property
    def kinds(self) -> Mapping[str, str]:
        """The words for documents ("notice", "measures"), each with its kind."""
        return self._opened().kinds

    def answer(self, question: str, **options: Any) -> Answer:  # noqa: ANN401 (the engine's own)
        """See :meth:`Engine.answer`."""
        return self._opened().answer(question, **options)

    def list(self, *conditions: Any) -> Answer:  # noqa: ANN401 (the engine's own)
        """See :meth:`Engine.list`."""
        return self._opened().list(*conditions)

    def show(self, policy_id: str) -> Document:
        """See :meth:`Engine.show`."""
        return self._opened().show(policy_id)

    def issuer_counts(self) -> Sequence[tuple[Issuer, int]]:
        """See :meth:`Engine.issuer_counts`."""
        return self._opened().issuer_counts()

    def refresh(self) -> bool:
        """Open the index, or switch to a newer generation; return whether that was done.

        Raises:
            UnavailableError: no index can be opened yet.
        """
        if self._engine:
            return self._engine.refresh()
        with self._changing:
            if self._engine:
                return False
            try:
                self._engine = self._opening(self.config)
            except (IndexUnusableError, UnavailableError) as error:
                self.reason = str(error)
                raise UnavailableError(str(error)) from None
        return True

    def close(self) -> None:
        """Close the index, if one is open."""
        if self._engine:
            self._engine.close()

    def _opened(self) -> Engine:
        if self._engine is None:
            raise UnavailableError(self.reason)
        return self._engine
