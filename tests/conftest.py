from __future__ import annotations

import os
import shutil

import pytest

from tests.shared import RUN, run_folder


def pytest_configure() -> None:
    run_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(run_folder(), ignore_errors=True)
        os.environ.pop(RUN, None)
