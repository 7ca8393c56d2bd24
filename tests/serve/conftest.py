from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.project import indexed_project
from tests.serve.site import serving_process


@pytest.fixture(scope="package")
def project_server() -> Iterator[str]:
    """``policybot serve`` over the project's corpus, in a process; it must end as it is told."""
    with serving_process(indexed_project()) as base:
        yield base
