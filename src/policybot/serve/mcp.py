"""A Model Context Protocol server, for assistants that search the corpus and quote from it.

Every text in a result is from the corpus, word for word, with its SHA-256 and with the policy that
it is from: id, title, issuers, date and validity.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import Field
from starlette.routing import BaseRoute, Route

from policybot.answering.engine import open_engine
from policybot.answering.validity import validity_of
from policybot.bot.ops.logs import set_up_logging
from policybot.config import Config
from policybot.errors import DateError, PolicyBotError, PolicyNotFoundError
from policybot.model import Hit, sha256_of
from policybot.query.conditions import Condition, InForce
from policybot.render.text import document_text, reading_line
from policybot.serve.catalogue import Filters
from policybot.serve.mcp_results import passage_fields, policy_fields, reference_fields
from policybot.serve.params import MOST_CHARACTERS
from policybot.serve.problems import ProblemError, problem_of
from policybot.serve.processes import EngineQuery
from policybot.serve.quotes import check_quote
from policybot.serve.service import Service, service_of

T = TypeVar("T")

RULE = (
    "Quote only what is given: copy a text word for word, with its policy's title, issuers and "
    "date, and claim nothing that no text says. Where certainty is not “sure”, say so. Check a "
    "quotation with verify_quote before you show it."
)
INSTRUCTIONS = f"Passages of public policies, found and never written. {RULE}"

READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)

MOST_BYTES = 200_000
"""Limit of the request body of a call over HTTP."""

_MOST_RESULTS = 20
_MOST_LISTED = 200
_PASSAGES = 60
"""Limit of passages of a policy in one call."""

Text = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
Id = Annotated[str, Field(min_length=1, max_length=300)]
Names = Annotated[list[str] | None, Field(max_length=20)]
Date = Annotated[str | None, Field(max_length=40, description="2013, 2013-09 or 2013-09-17")]
Count = Annotated[int, Field(ge=1, le=_MOST_RESULTS)]


def mcp_server(service: Service) -> MCPServer[Any]:
    """Return the server over a service: seven tools, and the policies as resources."""
    server: MCPServer[Any] = MCPServer(
        "policybot", instructions=INSTRUCTIONS, log_level="WARNING", warn_on_duplicate_tools=False
    )
    tools = _Tools(service)
    for tool in (
        tools.search,
        tools.policy,
        tools.passage,
        tools.in_force_on,
        tools.relations,
        tools.verify_quote,
        tools.timeline,
    ):
        server.add_tool(tool, annotations=READS, structured_output=True)
    server.resource(
        "policybot://policies/{+policy_id}",
        name="policy",
        description="One policy whole: what is known of it, and its text.",
        mime_type="text/plain",
    )(tools.policy_text)
    server.resource(
        "policybot://policies",
        name="policies",
        description="Every policy: date, title, id, an address to read it at.",
        mime_type="application/json",
    )(tools.all_policies)
    return server


def mcp_routes(server: MCPServer[Any], config: Config) -> Sequence[BaseRoute]:
    """Return the route of the server over streamable HTTP, without sessions."""
    hosts = ["127.0.0.1", "localhost", "[::1]"]
    allowed = [f"{host}:*" for host in hosts] + hosts
    origins = [f"http://{host}" for host in allowed]
    if config.serve.public_url:
        public = urlsplit(config.serve.public_url)
        allowed.append(public.netloc)
        origins.append(f"{public.scheme}://{public.netloc}")
    app = server.streamable_http_app(
        streamable_http_path="/mcp",
        json_response=True,
        stateless_http=True,
        max_request_body_size=MOST_BYTES,
        transport_security=TransportSecuritySettings(
            allowed_hosts=allowed, allowed_origins=origins
        ),
    )
    (route,) = (route for route in app.routes if isinstance(route, Route))
    # Without sessions the server sends no messages of its own, so GET opens no stream.
    route.methods = {"POST"}
    return [route]


def run_mcp(config: Config) -> None:
    """Serve one assistant over standard input and output until these are closed.

    Raises:
        IndexUnusableError: there is no usable index.
    """
    set_up_logging(config.log)
    service = service_of(config, open_engine(config))
    asyncio.run(_serve(service))


async def _serve(service: Service) -> None:
    keeping = asyncio.create_task(service.keep_up(), name="keeping up")
    try:
        await mcp_server(service).run_stdio_async()
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        service.close()


class _Tools:
    """The tools. The docstring of a public method is the description that assistants get."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._engine = service.engine
        self._base = service.config.serve.public_url

    async def search(
        self,
        question: Text,
        issuers: Names = None,
        since: Date = None,
        until: Date = None,
        limit: Count = 5,
    ) -> dict[str, Any]:
        """Search the policies with a question in anyone's words; it may name dates and issuers.

        certainty is "sure" (the results answer), "closest" (they may not) or "nothing".
        """
        return await self._run(
            lambda: self._search(question, self._conditions(issuers, since, until), limit)
        )

    async def policy(self, policy_id: Id, first: Annotated[int, Field(ge=1)] = 1) -> dict[str, Any]:
        """Read one policy by its id, its passages from number `first` on."""
        return await self._run(lambda: self._policy(policy_id, first))

    async def passage(self, passage_id: Id) -> dict[str, Any]:
        """Read one passage (ID#3) or one article, section or item (ID#art5.2) of a policy."""
        return await self._run(lambda: self._passage(passage_id))

    async def in_force_on(
        self, policy_id: Id, day: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    ) -> dict[str, Any]:
        """Tell whether a policy was in force on a day; "unknown" where its sources do not say."""
        return await self._run(lambda: self._in_force_on(policy_id, day))

    async def relations(self, policy_id: Id) -> dict[str, Any]:
        """List what a policy amends, repeals, implements or replaces, and what does so to it."""
        return await self._run(lambda: self._relations(policy_id))

    async def verify_quote(self, policy_id: Id, text: Text) -> dict[str, Any]:
        """Check that a text stands in a policy word for word, before you show it as a quotation.

        Where it does not, the nearest stretch of the policy is given, and what differs.
        """
        return await self._run(lambda: self._verify(policy_id, text))

    async def timeline(
        self,
        topic: Annotated[str, Field(max_length=MOST_CHARACTERS)] = "",
        issuers: Names = None,
        since: Date = None,
        until: Date = None,
    ) -> dict[str, Any]:
        """List the policies (on a topic), in date order, undated ones last."""
        return await self._run(
            lambda: self._timeline(topic, self._conditions(issuers, since, until))
        )

    async def policy_text(self, policy_id: str) -> str:
        """Return a policy as text."""
        return await self._run(lambda: document_text(self._engine.show(policy_id)))

    async def all_policies(self) -> dict[str, Any]:
        """Return every policy's date, title, id and address."""

        def list_policies() -> dict[str, Any]:
            count = self._engine.info.policies
            entries = self._service.listing(Filters(), count=count).entries
            rows = [
                {
                    **policy_fields(entry.policy, entry.validity),
                    "uri": f"policybot://policies/{entry.policy.index_id}",
                }
                for entry in entries
            ]
            return {"rule": RULE, "policies": rows}

        return await self._run(list_policies)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await self._service.run(functools.partial(_with_problems, work))
        except ProblemError as problem:
            raise ToolError(problem.detail) from None

    def _conditions(
        self, issuers: Sequence[str] | None, since: str | None, until: str | None
    ) -> tuple[Condition, ...]:
        from policybot.corpus.dates import parse_date

        try:
            first = parse_date(since).first if since else None
            last = parse_date(until).last if until else None
        except DateError as error:
            raise ProblemError(400, str(error)) from None
        return self._service.conditions(Filters(tuple(issuers or ()), first, last))

    def _search(self, question: str, conditions: Sequence[Condition], limit: int) -> dict[str, Any]:
        answer = self._service.with_engine(EngineQuery(question, conditions, limit).answer)
        hits = answer.hits or (answer.near_misses if answer.certainty == "closest" else ())
        return {
            "rule": RULE,
            "certainty": answer.certainty,
            "read_as": reading_line(answer),
            "detail": answer.detail,
            "total": answer.total,
            "results": [self._hit(hit) for hit in hits[:limit]],
            **({"note": answer.note} if answer.note else {}),
            **({"asked_of": list(answer.asked_of)} if answer.asked_of else {}),
            **({"other_kinds": list(answer.other_kinds)} if answer.other_kinds else {}),
            **({"words_in_no_passage": list(answer.unheld)} if answer.unheld else {}),
            **({} if hits else {"corpus": self._covers()}),
            # Further questions of a message need calls of their own.
            **(
                {"comparison": [row.to_dict() for row in answer.comparison]}
                if answer.comparison
                else {}
            ),
            **(
                {"also_asked": [part.reading.question for part in answer.also]}
                if answer.also
                else {}
            ),
        }

    def _covers(self) -> dict[str, Any]:
        """Return what the corpus covers (policies, dates, languages), for searches without hits."""
        with self._engine.reading() as generation:
            info, codes = generation.info, {*generation.policy_languages.tolist()}
        return {
            "policies": info.documents,
            "first": str(info.first) if info.first else None,
            "last": str(info.last) if info.last else None,
            "languages": sorted(code.decode() for code in codes if code),
        }

    def _hit(self, hit: Hit) -> dict[str, Any]:
        return {
            **policy_fields(hit.policy, hit.validity, self._base),
            "score": round(hit.score, 4),
            "quotes": [passage_fields(quote.passage) for quote in hit.quotes],
            **reference_fields(hit),
            "affected_by": [relation.to_dict() for relation in hit.affected_by],
        }

    def _policy(self, policy_id: str, first: int) -> dict[str, Any]:
        document = self._engine.show(policy_id)
        last = min(first + _PASSAGES - 1, len(document.passages))
        return {
            "rule": RULE,
            **policy_fields(document.policy, document.validity, self._base),
            "passages": [
                passage_fields(passage) for passage in document.passages[first - 1 : last]
            ],
            "passages_in_all": len(document.passages),
            "next": last + 1 if last < len(document.passages) else None,
            "sha256_of_body": sha256_of(document.policy.body),
        }

    def _passage(self, passage_id: str) -> dict[str, Any]:
        name, _, part = passage_id.rpartition("#")
        if not name:
            raise ProblemError(404, "give the id of a passage, as in ID#3 or ID#art5.2")
        document = self._engine.show(name)
        head = {"rule": RULE, **policy_fields(document.policy, document.validity, self._base)}
        if not part.isdecimal():
            shown = self._engine.provision(name, part)
            return {
                **head,
                **passage_fields(shown.passage),
                "refers_to": [cite.to_dict() for cite in shown.cites],
                "definitions": [term.to_dict() for term in shown.definitions],
            }
        passages = [passage for passage in document.passages if passage.id == passage_id]
        if not passages:
            raise ProblemError(404, f"{name} has the passages 1 to {len(document.passages)}")
        return {**head, **passage_fields(passages[0])}

    def _in_force_on(self, policy_id: str, day: str) -> dict[str, Any]:
        try:
            when = dt.date.fromisoformat(day)
        except ValueError:
            raise ProblemError(400, f"{day} is no day; write it as 2013-09-17") from None
        today = self._engine.today()
        document = self._engine.show(policy_id)
        asked = InForce((when, when), today=today, asked=True)
        with self._engine.reading() as generation:
            state = validity_of(generation, document.policy, today, asked)
        return {
            "rule": RULE,
            **policy_fields(document.policy, state, self._base),
            **state.to_dict(),
        }

    def _relations(self, policy_id: str) -> dict[str, Any]:
        document = self._engine.show(policy_id)
        return {
            "rule": RULE,
            **policy_fields(document.policy, document.validity, self._base),
            "relates_to": [relation.to_dict() for relation in document.relates_to],
            "related_by": [relation.to_dict() for relation in document.related_by],
        }

    def _verify(self, policy_id: str, text: str) -> dict[str, Any]:
        document = self._engine.show(policy_id)
        try:
            check = check_quote(document, text).to_dict()
        except ValueError as error:
            raise ProblemError(400, str(error)) from None
        return {
            "rule": RULE,
            **policy_fields(document.policy, document.validity, self._base),
            **check,
        }

    def _timeline(self, topic: str, conditions: Sequence[Condition]) -> dict[str, Any]:
        answer = (
            self._service.with_engine(EngineQuery(topic, conditions, intent="list").answer)
            if topic.strip()
            else self._engine.list(conditions)
        )
        return {
            "rule": RULE,
            "certainty": answer.certainty,
            "detail": answer.detail,
            "total": answer.total,
            "policies": [
                policy_fields(hit.policy, hit.validity, self._base)
                for hit in answer.hits[:_MOST_LISTED]
            ],
        }


def _with_problems(work: Callable[[], T]) -> T:
    """Run ``work``, with errors converted to :class:`ProblemError`, as over HTTP."""
    try:
        return work()
    except PolicyNotFoundError as error:
        problem = problem_of(error)
        hint = "`search` and `timeline` give ids"
        raise ProblemError(problem.status, f"{problem.detail}; {hint}") from None
    except PolicyBotError as error:
        raise problem_of(error) from None
