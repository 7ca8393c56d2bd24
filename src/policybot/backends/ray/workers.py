"""Workers of a build on a Ray cluster: jobs are sent in waves, through Ray Data."""

from __future__ import annotations

import os
import pickle
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from policybot.backends.ray.join import Cluster
from policybot.backends.ray.ship import Shipment
from policybot.encoder import Encoder
from policybot.errors import ClusterError, PolicyBotError
from policybot.index.build.policy_content import PolicyContent, divide
from policybot.index.build.workers import embed_batch
from policybot.index.format.passages import PolicyRow

if TYPE_CHECKING:
    from ray.data import Dataset

WAVE = 256 * 1024 * 1024
"""Bytes per wave, which the cluster's shared memory must hold."""

_POLICIES = 256 * 1024
"""Bytes of policies per job of splitting."""

Work = Callable[[Encoder, Any], Any]


@dataclass(frozen=True, slots=True)
class ClusterWorkers:
    """Workers on a cluster; implements ``policybot.index.build.workers.Workers``.

    Each has one CPU, or one GPU where ``gpu`` is set and it embeds. A worker that dies is restarted
    and its job repeated; results are counted, so that none is lost or used twice.

    Args:
        cluster: The cluster that was joined.
        divider: The encoder that counts tokens for splitting.
        embedder: The encoder that makes vectors.
        gpu: Whether each embedding worker needs a GPU.
        wave: Bytes per wave.
    """

    cluster: Cluster
    divider: Shipment
    embedder: Shipment
    gpu: bool = False
    wave: int = WAVE

    def divide(self, rows: Iterator[PolicyRow]) -> Iterator[PolicyContent]:
        """Yield the parts of policies, in the order of their rows.

        Raises:
            ClusterError: a worker fails.
        """
        for _, parts in self._results(_portions(rows), self.divider, _divide, gpu=False):
            yield from parts

    def embed(self, batches: Iterator[list[str]]) -> Iterator[tuple[int, NDArray[np.float16]]]:
        """Yield each batch's number and its vectors, float16 ``(texts, d)``, as they are made.

        Raises:
            ClusterError: a worker fails.
        """
        yield from self._results(batches, self.embedder, embed_batch, gpu=self.gpu)

    def _results(
        self, jobs: Iterable[object], shipment: Shipment, work: Work, *, gpu: bool
    ) -> Iterator[tuple[int, Any]]:
        """Yield the number of each job and ``work``'s result for it.

        Split policies are yielded in order, vectors in the order in which they are made.
        """
        ordered = work is _divide
        numbered = ((number, pickle.dumps(job)) for number, job in enumerate(jobs))
        while wave := self._take(numbered):
            expected = {number for number, _ in wave}
            sent = self._send(wave, shipment, work, gpu=gpu, ordered=ordered)
            del wave
            for number, failed, made in _received(sent):
                if failed:
                    raise ClusterError(f"--ray {self.cluster.address}: {failed}")
                if number not in expected or (ordered and number != min(expected)):
                    raise ClusterError(
                        f"--ray {self.cluster.address}: part {number} of the work came back twice "
                        "or out of turn; nothing was indexed"
                    )
                expected.remove(number)
                yield number, pickle.loads(made)  # noqa: S301 - our own workers made it
            if expected:
                raise ClusterError(
                    f"--ray {self.cluster.address}: {len(expected)} parts of the work did not come "
                    "back; nothing was indexed"
                )

    def _take(self, numbered: Iterator[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        taken: list[tuple[int, bytes]] = []
        size = 0
        for number, job in numbered:
            taken.append((number, job))
            size += len(job)
            if size >= self.wave:
                break
        return taken

    def _send(
        self,
        wave: list[tuple[int, bytes]],
        shipment: Shipment,
        work: Work,
        *,
        gpu: bool,
        ordered: bool,
    ) -> Dataset:
        import pyarrow as pa
        from ray.data import ActorPoolStrategy, from_arrow

        # A row is a whole job, and a block one row: batches stay whole however Ray regroups them.
        sent = from_arrow(
            [
                pa.table({"number": [number], "job": pa.array([job], pa.large_binary())})
                for number, job in wave
            ]
        )
        sent.context.enable_progress_bars = False
        sent.context.print_on_execution_start = False
        sent.context.execution_options.preserve_order = ordered
        most = max(1, min(len(wave), self.cluster.gpus if gpu else self.cluster.cpus))
        return sent.map_batches(
            _Worker,
            fn_constructor_args=(shipment, work),
            batch_size=1,
            batch_format="numpy",
            compute=ActorPoolStrategy(min_size=1, max_size=most, initial_size=most),
            num_cpus=None if gpu else 1,
            num_gpus=1 if gpu else None,
        )


class _Worker:
    """A worker process with an encoder; it returns failures instead of raising them."""

    def __init__(self, shipment: Shipment, work: Work) -> None:
        # The cores are shared among processes already.
        os.environ["TOKENIZERS_PARALLELISM"] = "false"
        self._work = work
        self._encoder: Encoder | None = None
        self._failed = ""
        try:
            self._encoder = shipment.open()
        except PolicyBotError as error:
            self._failed = f"{socket.gethostname()}: {error}"

    def __call__(self, batch: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        made, failed = b"", self._failed
        if self._encoder is not None:
            try:
                job = pickle.loads(batch["job"][0])  # noqa: S301 - the builder made it
                made = pickle.dumps(self._work(self._encoder, job))
            except PolicyBotError as error:
                failed = f"{socket.gethostname()}: {error}"
        return {
            "number": batch["number"],
            "failed": np.array([failed], dtype=object),
            "made": np.array([made], dtype=object),
        }


def _divide(encoder: Encoder, rows: list[PolicyRow]) -> list[PolicyContent]:
    return [divide(row, encoder) for row in rows]


def _portions(rows: Iterator[PolicyRow]) -> Iterator[list[PolicyRow]]:
    """Yield policies in portions of about equal text."""
    portion: list[PolicyRow] = []
    size = 0
    for row in rows:
        portion.append(row)
        size += len(row.body)
        if size >= _POLICIES:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _received(sent: Dataset) -> Iterator[tuple[int, str, bytes]]:
    """Yield the number, the failure and the result of each finished job.

    Raises:
        ClusterError: Ray gives up.
    """
    import ray

    try:
        for batch in sent.iter_batches(batch_size=None, batch_format="pyarrow"):
            block: Any = batch
            for row in block.to_pylist():
                yield row["number"], row["failed"], row["made"]
    except (OSError, RuntimeError, ray.exceptions.RayError) as error:
        reason = " ".join(str(error.__cause__ or error).split())
        raise ClusterError(
            f"the cluster gave up ({type(error).__name__}: {reason[:300]}); what was embedded is "
            "kept, and the next `policybot index` goes on from there"
        ) from None
