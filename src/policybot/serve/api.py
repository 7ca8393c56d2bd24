"""The HTTP API: answers, policies, passages, provisions, quotations and changes, as JSON."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from policybot.index.format.history import made_at
from policybot.model import Document
from policybot.render.context import context_json
from policybot.render.csv import policies_csv
from policybot.render.json import document_json
from policybot.render.provision import provision_json
from policybot.serve.catalogue import Listing
from policybot.serve.changes import since as changes_since
from policybot.serve.feed import atom_feed
from policybot.serve.openapi import openapi_json
from policybot.serve.params import (
    FILTERS,
    check_names,
    choice_of,
    filters_of,
    policy_id_of,
    text_of,
    whole_of,
)
from policybot.serve.problems import ProblemError
from policybot.serve.processes import EngineQuery
from policybot.serve.quotes import check_quote
from policybot.serve.service import Service

JSON = "application/json"
CSV = "text/csv; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"

MOST_HITS = 100
MOST_A_PAGE = 200
A_PAGE = 50

Work = Callable[[Service, Request], Response]


def service_in(request: Request) -> Service:
    """Return the service of the application that received a request."""
    service: Service = request.app.state.service
    return service


def tagged(
    work: Work,
    *,
    vary: Mapping[str, Callable[[Request], str]] | None = None,
    always: Mapping[str, str] | None = None,
    keep: bool = True,
) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that runs ``work`` in a thread, with an entity tag and a cache.

    It answers 304 where the request's ``If-None-Match`` has the tag. ``vary`` maps each request
    header that the response depends on to the function that reads its value. ``always`` are
    response headers that a 304 has too, since a browser replaces those it cached by them. With
    ``keep`` the response is cached in memory.
    """
    vary = vary or {}

    @functools.wraps(work)
    async def endpoint(request: Request) -> Response:
        service = service_in(request)
        standing = service.standing()
        tag = service.tag(standing, *_cache_key(request), *(of(request) for of in vary.values()))
        headers = {"ETag": tag, "Cache-Control": "no-cache", **(always or {})}
        if vary:
            headers["Vary"] = ", ".join(vary)
        known = request.headers.get("if-none-match", "")
        # Only a client that got this response before can know the tag, so the resource exists.
        if tag in (etag.strip() for etag in known.split(",")):
            return Response(status_code=304, headers=headers)
        finished = await service.responses.give(
            standing, tag, functools.partial(work, service, request), keep=keep
        )
        response = finished.response()
        if finished.status == 200:
            if not finished.settled:  # index or day changed meanwhile
                headers = {**headers, "Cache-Control": "no-store"}
                del headers["ETag"]
            response.headers.update(headers)
        return response

    return endpoint


def _cache_key(request: Request) -> Iterator[str]:
    """Yield what a response depends on besides the index, the day and the headers.

    Parameters are decoded and sorted by name; values of the same name keep their order.
    """
    yield base_of(request)
    yield request.scope["path"]
    for name, value in sorted(request.query_params.multi_items(), key=lambda pair: pair[0]):
        yield f"{name}={value}"
    yield ""


def base_of(request: Request) -> str:
    """Return the base URL of this server: as configured, else that of the request."""
    public = service_in(request).config.serve.public_url
    return public or str(request.base_url).rstrip("/")


def json_response(value: Mapping[str, Any]) -> Response:
    """Return an object as a JSON response."""
    return Response(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), 200, {}, JSON)


def _line(text: str) -> Response:
    return Response(text.encode("utf-8", "replace"), 200, {}, JSON)


def ask(service: Service, request: Request) -> Response:
    """Answer a question: the object of ``policybot ask --json``."""
    params = request.query_params
    check_names(params, ("q", *FILTERS, "limit", "list"), ("issuer",))
    question = text_of(params, "q")
    limit = whole_of(params, "limit", 0, 1, MOST_HITS) or None
    as_list = choice_of(params, "list", ("true", "false")) == "true"
    conditions = service.conditions(filters_of(params))
    query = EngineQuery(question, conditions, limit, "list" if as_list else None)
    return _line(service.with_engine(query.json))


def policies(service: Service, request: Request) -> Response:
    """List policies in date order, a page of them, with counts by facet; or all as CSV."""
    params = request.query_params
    check_names(params, (*FILTERS, "order", "page", "per_page", "format"), ("issuer",))
    filters = filters_of(params)
    newest = choice_of(params, "order", ("oldest", "newest")) == "newest"
    page = whole_of(params, "page", 1, 1, 1_000_000)
    size = whole_of(params, "per_page", A_PAGE, 1, MOST_A_PAGE)
    if choice_of(params, "format", ("json", "csv")) == "csv":
        everything = service.listing(filters, count=service.engine.info.policies, newest=newest)
        table = policies_csv(entry.policy for entry in everything.entries)
        headers = {"Content-Disposition": 'attachment; filename="policies.csv"'}
        return Response(table, 200, headers, CSV)
    listing = service.listing(filters, first=(page - 1) * size, count=size, newest=newest)
    response = json_response(
        {
            "total": listing.total,
            "page": page,
            "per_page": size,
            "policies": [entry.to_dict() for entry in listing.entries],
            "facets": {facet: dict(values) for facet, values in listing.counts.items()},
            "index": service.engine.info.to_dict(),
        }
    )
    if links := _page_links(request, listing, page, size):
        response.headers["Link"] = links
    return response


def _page_links(request: Request, listing: Listing, page: int, size: int) -> str:
    """Return the ``Link`` header (RFC 8288) to the first, previous, next and last page."""
    last = max(1, -(-listing.total // size))
    targets = {"first": 1, "prev": page - 1, "next": page + 1, "last": last}
    links = []
    for relation, number in targets.items():
        if 1 <= number <= last and number != page:
            kept = [(k, v) for k, v in request.query_params.multi_items() if k != "page"]
            query = urlencode([*kept, ("page", number)])
            links.append(f'<{base_of(request)}/api/policies?{query}>; rel="{relation}"')
    return ", ".join(links)


def document_of(service: Service, request: Request) -> Document:
    """Return the policy of the id in the request's path.

    Raises:
        ProblemError: 404, the id is not a valid one.
        PolicyNotFoundError: no policy has it.
    """
    return service.engine.show(policy_id_of(request.path_params["policy_id"]))


def policy(service: Service, request: Request) -> Response:
    """Return a whole policy: the object of ``policybot show --json``."""
    check_names(request.query_params, ())
    return _line(document_json(document_of(service, request)))


def passage(service: Service, request: Request) -> Response:
    """Return one passage in its context: the object of ``policybot show --context N --json``."""
    check_names(request.query_params, ())
    document = document_of(service, request)
    number = request.path_params["number"]
    if not 1 <= number <= len(document.passages):
        raise ProblemError(
            404, f"{document.policy.id} has the passages 1 to {len(document.passages)}"
        )
    return _line(context_json(document, [number]))


def provision(service: Service, request: Request) -> Response:
    """Return one provision by its address: the object of ``policybot show ID#art5.2 --json``."""
    check_names(request.query_params, ())
    name, mark, address = request.path_params["address"].rpartition("#")
    if not mark or not address:
        raise ProblemError(
            404, "give the policy's id and the provision's address, as in ID%23art5.2"
        )
    return _line(provision_json(service.engine.provision(policy_id_of(name), address[:200])))


def verify(service: Service, request: Request) -> Response:
    """Check whether a policy contains a text word for word; if not, return the nearest passage."""
    params = request.query_params
    check_names(params, ("policy", "text"))
    text = text_of(params, "text")
    document = service.engine.show(policy_id_of(text_of(params, "policy")))
    return json_response(
        {"policy": document.policy_dict(), **check_quote(document, text).to_dict()}
    )


def changes(service: Service, request: Request) -> Response:
    """List the policies that indexing added, changed or removed after a time."""
    params = request.query_params
    check_names(params, ("since",))
    when = _since(params.get("since"))
    history = service.history()
    listed, complete = changes_since(history, when)
    return json_response(
        {
            "since": params.get("since"),
            "complete": complete,
            "known_from": history.first,
            "changes": [change.to_dict() for change in listed],
            "index": service.engine.info.to_dict(),
        }
    )


def _since(text: str | None) -> dt.datetime | None:
    """Parse a time, a day, or the name of a generation (which begins with its time)."""
    if text is None:
        return None
    named = made_at(text)
    if named.timestamp() > 0:
        return named
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ProblemError(
            400,
            "since: give a time as 2026-11-30T08:00:00Z, a day as 2026-11-30, or the name of a "
            "generation",
        ) from None
    return when if when.tzinfo else when.replace(tzinfo=dt.UTC)


def feed(service: Service, request: Request) -> Response:
    """Return new and changed policies as an Atom feed."""
    check_names(request.query_params, ())
    return Response(atom_feed(service, base_of(request)), 200, {}, ATOM)


def openapi(_service: Service, request: Request) -> Response:
    """Return the description of this API (OpenAPI 3.1)."""
    return _line(openapi_json(base_of(request)))


def routes() -> list[Route]:
    """Return the routes below ``/api``; all take GET and HEAD."""
    endpoints: list[tuple[str, Work]] = [
        ("/ask", ask),
        ("/policies", policies),
        ("/policies/{policy_id:path}/passages/{number:int}", passage),
        ("/policies/{policy_id:path}", policy),
        ("/provisions/{address:path}", provision),
        ("/verify", verify),
        ("/changes", changes),
        ("/changes.atom", feed),
        ("/openapi.json", openapi),
    ]
    return [Route(path, tagged(work), methods=["GET"]) for path, work in endpoints]
