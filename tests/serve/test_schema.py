"""The API does what its OpenAPI document says, whatever is asked of it (schemathesis)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings

from policybot.serve.openapi import openapi_dict
from tests.serve.site import served
from tests.shared import examples

PATHS = list(openapi_dict("")["paths"])


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("schema")) as address:
        yield address


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_every_response_is_as_described(base: str, path: str, mode: str) -> None:
    # Imported here: it takes seconds, and every worker collects this file.
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    schema = schemathesis.openapi.from_url(f"{base}/api/openapi.json")
    operation = schema[path]["GET"]
    if mode == "negative" and path == "/api/changes.atom":
        pytest.skip("it has no parameters to be wrong in")
    conforms = [
        not_a_server_error,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
        checks.status_code_conformance,
    ]
    if mode == "negative":
        conforms.append(checks.negative_data_rejection)

    @given(operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode)))
    @settings(
        max_examples=examples(3),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(base_url=base, checks=conforms)

    ask()


def test_the_document_names_every_address_there_is(base: str) -> None:
    document = httpx.get(f"{base}/api/openapi.json", trust_env=False).json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": base}]


def test_the_examples_of_a_path_are_those_of_the_routes(tmp_path: Path) -> None:
    from policybot.serve.api import routes

    described = {path.removeprefix("/api") for path in PATHS}
    served_ = {route.path.replace(":path", "").replace(":int", "") for route in routes()}
    assert served_ - described == {"/openapi.json"}
    assert described <= served_
