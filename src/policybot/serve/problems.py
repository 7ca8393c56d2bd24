"""Errors over HTTP: a JSON object of RFC 9457 ("Problem Details for HTTP APIs"), on one line."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from policybot.errors import (
    EncoderError,
    IndexUnusableError,
    PolicyNotFoundError,
    ProvisionNotFoundError,
    UnavailableError,
)

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"

RETRY_SECONDS = 2
"""Value of ``Retry-After`` for a temporary failure, in seconds."""


class ProblemError(Exception):
    """An error with its HTTP status and the message for the client."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


def problem_of(error: Exception) -> ProblemError:
    """Return the problem for an error; a defect is logged, and the client gets no details of it."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, PolicyNotFoundError | ProvisionNotFoundError):
        return ProblemError(404, str(error).partition("; `policybot list`")[0])
    if isinstance(error, HTTPException):
        detail = error.detail
        if error.status_code == 404:
            detail = "there is nothing at this address; /api/openapi.json lists what there is"
        elif error.status_code == 405:
            allowed = (error.headers or {}).get("Allow", "")
            detail = f"this address takes {' or '.join(sorted(allowed.split(', ')))} alone"
        return ProblemError(error.status_code, detail, error.headers)
    if isinstance(error, IndexUnusableError | UnavailableError | EncoderError):
        log.error("no answer: %s", error)
        detail = "the index cannot be read at the moment; ask again in a moment"
        return ProblemError(503, detail, {"Retry-After": str(RETRY_SECONDS)})
    log.error("a defect: %s", type(error).__name__, exc_info=error)
    return ProblemError(500, "an error of this server, which its log tells of")


def problem_dict(problem: ProblemError) -> dict[str, Any]:
    """Return the JSON object of a problem."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }


def problem_response(problem: ProblemError) -> Response:
    """Return the HTTP response of a problem."""
    body = json.dumps(problem_dict(problem), ensure_ascii=False).encode("utf-8", "replace")
    headers = {"Cache-Control": "no-store", **problem.headers}
    return Response(body + b"\n", problem.status, headers, PROBLEM)


async def answer_error(_request: Request, error: Exception) -> Response:
    """Return the response for a request that raised; an exception handler of Starlette."""
    return problem_response(problem_of(error))
