"""Recalibration of the live index: a new generation that shares every file but one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from policybot.index.build.publish import locked, publish, remove_outdated, staging, unwritable
from policybot.index.format.calibration import FILE, Calibration, write_calibration
from policybot.index.format.manifest import (
    FileEntry,
    check_files,
    live_generation,
    read_manifest,
    sha256_of_file,
)
from policybot.index.serve.generation import FileGeneration


def recalibrate_index(index_path: Path, fit: Callable[[FileGeneration], Calibration]) -> str:
    """Fit the live index's calibration anew, switch to it, and return the new generation's name.

    ``fit`` is called with the index at the default calibration. All other files are hard links to
    those of the live generation (copies if the file system has none). Nothing is embedded, and a
    kill at any moment leaves either the old or the new index live.

    Raises:
        NoIndexError: nothing has been indexed yet.
        IndexDamagedError: a file of the live index is missing, truncated or altered.
        IndexMismatchError: the index has another schema.
        IndexLockedError: another process is building.
        IndexUnusableError: the folder cannot be written; the live generation is unchanged.
    """
    live_generation(index_path)  # raises before a lock file is made where there is no index
    try:
        with locked(index_path), staging(index_path) as staged:
            name, live = live_generation(index_path)
            manifest = read_manifest(live, name)
            check_files(live, manifest, contents_up_to=None)
            shared = {path: entry for path, entry in manifest.files.items() if path != FILE}
            folder = staged / "generation"
            for path in shared:
                _link(live / path, folder / path)
            manifest = dataclasses.replace(manifest, files=shared)
            with FileGeneration(folder, "", manifest) as generation:
                write_calibration(folder, fit(generation))
            written = folder / FILE
            manifest = dataclasses.replace(
                manifest,
                created=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
                files=shared | {FILE: FileEntry(written.stat().st_size, sha256_of_file(written))},
            )
            new = publish(index_path, folder, manifest)
            remove_outdated(index_path)
            return new
    except OSError as error:
        raise unwritable(index_path, error) from error


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
