"""Parse risky formats in a separate process with limits of time and memory.

The process is a fork that reads one file, sends the results and exits. They are unpickled with a
restricted unpickler that accepts only drafts, reports, progress and errors.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import pickle
import signal
import struct
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NoReturn

from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, Kind, Read, SourceFile
from policybot.errors import ConfigError, ImportRefusedError
from policybot.model import MachineRead, Policy, PolicyDate, Repair, Source

MAX_SECONDS = 120.0
"""The most processor time in seconds from one draft to the next."""

MAX_MEMORY = 2 << 30
"""The most bytes of address space beyond the current size of this process."""

MAX_MESSAGE = 512 << 20
_LENGTH = struct.Struct(">Q")
_SENT = {
    (kind.__module__, kind.__name__)
    for kind in (Policy, PolicyDate, Source, Repair, MachineRead, Report)
}


def read_kind(kind: Kind, source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a file with its kind's reader, in another process if the kind is hostile.

    Raises:
        ConfigError: as the kind's reader does.
        ImportRefusedError: as the kind's reader does; or the limits were exceeded.
    """
    if kind.hostile:
        return read_apart(kind.read, source, options)
    return kind.read(source, options)


def read_apart(read: Read, source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Run a reader in another process, or in this one if the system cannot fork.

    Raises:
        ConfigError: as the reader does.
        ImportRefusedError: as the reader does; or the limits were exceeded.
    """
    if not hasattr(os, "fork"):
        yield from read(source, options)
        return
    receiving, sending = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        # The fork does not inherit the threads of a test run or a bot, and needs none of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        _work(read, source, options, receiving, sending)
    os.close(sending)
    ended = False
    try:
        with os.fdopen(receiving, "rb") as stream:
            for kind, value in _messages(stream, source.path):
                if kind == "progress" and options.progress is not None:
                    options.progress(*value)
                elif kind == "item":
                    yield value
                elif kind == "refused":
                    raise ImportRefusedError(value)
                elif kind == "config":
                    raise ConfigError(value)
                elif kind == "memory":
                    raise ImportRefusedError(_too_large(source.path))
                ended = ended or kind == "end"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    if not ended:
        raise ImportRefusedError(_why_ended(source.path, os.waitstatus_to_exitcode(status)))


def _work(
    read: Read, source: SourceFile, options: ImportOptions, receiving: int, sending: int
) -> NoReturn:
    """Run in the child process: read the file, send the results and exit; never returns."""
    try:
        os.close(receiving)
        _limit()
        with os.fdopen(sending, "wb") as stream:
            if options.progress is not None:
                options = dataclasses.replace(
                    options, progress=lambda *update: _send(stream, "progress", update)
                )
            try:
                for item in read(source, options):
                    _send(stream, "item", item)
                _send(stream, "end", None)
            except ImportRefusedError as error:
                _send(stream, "refused", str(error))
            except ConfigError as error:
                _send(stream, "config", str(error))
            except MemoryError:
                _send(stream, "memory", None)
            stream.flush()
    except BrokenPipeError:
        os._exit(0)  # the parent has stopped reading
    except BaseException:  # noqa: BLE001 - whatever it is, this process ends here
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _limit() -> None:
    import resource

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGPROF):
        signal.signal(name, signal.SIG_DFL)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _address_space() + MAX_MEMORY
    # Only the soft limit: programs for PDFs and old office files set their own limits.
    resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)


def _address_space() -> int:
    """Return the process's address space in bytes; 16 GiB if that is unknown."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 16 << 30
    return pages * os.sysconf("SC_PAGE_SIZE")


def _send(stream: IO[bytes], kind: str, value: Any) -> None:  # noqa: ANN401 - what is read
    data = pickle.dumps((kind, value))
    stream.write(_LENGTH.pack(len(data)) + data)
    if kind != "item":
        stream.flush()
    else:
        signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)


class _Plain(pickle.Unpickler):
    """An unpickler that accepts only the classes of ``_SENT``."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as it is declared
        if (module, name) not in _SENT:
            raise pickle.UnpicklingError(f"{module}.{name} is not an accepted class")
        return super().find_class(module, name)


def _messages(stream: IO[bytes], path: Path) -> Iterator[tuple[str, Any]]:
    while len(head := stream.read(_LENGTH.size)) == _LENGTH.size:
        (length,) = _LENGTH.unpack(head)
        if length > MAX_MESSAGE:
            raise ImportRefusedError(f"{path}: holds more text than the limit; divide it")
        data = stream.read(length)
        if len(data) < length:
            return
        try:
            kind, value = _Plain(io.BytesIO(data)).load()
        except (pickle.UnpicklingError, ValueError, TypeError, EOFError, AttributeError) as error:
            raise ImportRefusedError(f"{path}: cannot be read: {error}") from None
        yield kind, value


def _too_large(path: Path) -> str:
    return f"{path}: needs more than {MAX_MEMORY / 1e9:.1f} GB of memory to read"


def _why_ended(path: Path, code: int) -> str:
    if code == -signal.SIGPROF:
        return f"{path}: takes more than {MAX_SECONDS:.0f} s of processor time to read"
    if code < 0:
        name = signal.Signals(-code).name
        return (
            f"{path}: ends the process that reads it ({name}): it is damaged, or needs more than "
            f"{MAX_MEMORY / 1e9:.1f} GB"
        )
    return f"{path}: cannot be read: the process that reads it ended with code {code}"
