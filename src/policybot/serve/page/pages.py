"""The page: a question and its answer, lists, policies; server-rendered, every value escaped."""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from policybot.answering.passages.declined import NOTHING_SIMILAR, NOTHING_SURE
from policybot.config import Config
from policybot.errors import ImportRefusedError
from policybot.model import Answer, Document, Hit, Passage, Provision, Quote, Row, Validity, Version
from policybot.render.addresses import path_of
from policybot.render.citations import FILES, NAMES, STYLES, Style, cite
from policybot.render.text import issuers_line
from policybot.render.validity import validity_line, version_line
from policybot.serve.api import base_of, document_of, service_in, tagged
from policybot.serve.page.body import body_html, marked
from policybot.serve.page.linked import csl_json, fragment_link, json_ld, web_address
from policybot.serve.page.looking import A_PAGE, Looking, Results, find, looking_of
from policybot.serve.page.words import LANGUAGES, Words, language_of, words_in
from policybot.serve.params import check_names, choice_of
from policybot.serve.problems import ProblemError, problem_of, problem_response
from policybot.serve.service import Service

HTML = "text/html; charset=utf-8"
_LOADS = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = {"Content-Security-Policy": _LOADS}
"""Pages load files of this server only, and run no other scripts."""

STATIC = {
    "style.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_YEAR_SECONDS = 31_536_000
CSL = "csl-json"


@functools.cache
def static_file(name: str) -> bytes:
    """Return one of the page's own files."""
    return files(__package__).joinpath("static", name).read_bytes()


@functools.cache
def static_name(name: str) -> str:
    """Return the URL path of a file, which changes with its content."""
    return f"/static/{name}?{hashlib.sha256(static_file(name)).hexdigest()[:12]}"


@functools.cache
def environment() -> Environment:
    """Return the template environment: values are escaped, undefined names are errors."""
    made = Environment(
        loader=PackageLoader(__package__ or "policybot.serve"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["marked"] = _marked
    made.globals |= {
        "issuers_line": issuers_line,
        "web_address": web_address,
        "place_of": place_of,
        "side": side,
        "refusal": refusal,
        "gathered": gathered,
        "fragment_link": fragment_link,
        "anchor": anchor_of,
        "languages": LANGUAGES,
    }
    return made


def prepare() -> None:
    """Compile the templates, so that the first requests need not wait for it."""
    for name in environment().list_templates(["html"]):
        environment().get_template(name)


def render(template: str, words: Words, config: Config, **values: Any) -> str:  # noqa: ANN401
    """Return a page in a language. URLs in it begin with the path of the public URL."""
    root = root_of(config)
    given: dict[str, Any] = {
        "t": words,
        "root": root,
        "static": lambda name: f"{root}{static_name(name)}",
        "page_of": lambda policy_id: f"{root}{path_of(policy_id)}",
        "validity": functools.partial(_validity, words),
        "version": functools.partial(_version, words),
    }
    return environment().get_template(template).render(given | values)


def root_of(config: Config) -> str:
    """Return the path of the public URL, without a trailing slash."""
    return urlsplit(config.serve.public_url or "").path.rstrip("/")


def anchor_of(passage: Passage) -> str:
    """Return the URL fragment of a passage or provision in its policy's page."""
    part = passage.id.rpartition("#")[2]
    return f"#n{part}" if part.isdecimal() else f"#{part}"


def place_of(passage: Passage) -> tuple[str, str]:
    """Return the policy id and the URL fragment of a passage or provision."""
    return passage.id.rpartition("#")[0], anchor_of(passage)


def gathered(rows: Sequence[Row]) -> list[tuple[int, Row | None]]:
    """Return the rows of a comparison that differ, and None with its length for each equal run."""
    shown: list[tuple[int, Row | None]] = []
    for same, group in itertools.groupby(rows, key=lambda row: row.kind == "unchanged"):
        several = list(group)
        shown += [(len(several), None)] if same else [(1, row) for row in several]
    return shown


def side(row: Row, kind: str) -> Markup:
    """Return one side of a row as HTML, with the ``removed`` or ``added`` text marked."""
    text, tag = (row.before, "del") if kind == "removed" else (row.after, "ins")
    runs: list[tuple[str, str]] = [(run.kind, run.text) for run in row.runs]
    runs = runs or [(kind, text or "")]
    pieces = [
        f"<{tag}>{escape(words)}</{tag}>" if run_kind == kind else str(escape(words))
        for run_kind, words in runs
        if run_kind in {kind, "kept"} and words
    ]
    return Markup("".join(pieces))  # noqa: S704 (every piece is escaped)


def _marked(quote_: Quote) -> str:
    whole = len(quote_.passage.sentences) < 2
    return marked(quote_.passage.text, () if whole else quote_.highlights)


_REFUSALS = {NOTHING_SIMILAR: "nothing_similar_enough", NOTHING_SURE: "no_sure_answer"}
"""The keys of the page's words for the reasons why a search has no sure answer."""


def refusal(answer: Answer, words: Words) -> str | None:
    """Return the reason for no answer in the reader's language; None where there is none."""
    key = _REFUSALS.get(answer.detail or "")
    return words[key] if key else None


def _version(words: Words, version: Version | None) -> str:
    if version is None:
        return ""
    return version_line(version, words.language)


def _validity(words: Words, validity: Validity | None) -> str:
    if validity is None or not validity.is_shown:
        return ""
    return validity_line(validity, words.language)


Work = Callable[[Service, Request], Response]


def paged(work: Work, *, keep: bool = True) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint of the page; errors are shown as a page too."""
    vary = {"Accept-Language": lambda request: words_of(request).language}
    endpoint = tagged(work, vary=vary, always=SECURITY, keep=keep)

    @functools.wraps(work)
    async def with_error_page(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Exception as error:  # noqa: BLE001 (every error is converted to a problem)
            problem = problem_of(error)
            if "text/html" not in request.headers.get("accept", ""):
                return problem_response(problem)
            config = service_in(request).config
            values = {"problem": problem, "chosen": None, "looking": Looking()}
            page = render("error.html", words_of(request), config, **values)
            return html_response(page, problem.status, problem.headers)

    return with_error_page


def words_of(request: Request) -> Words:
    """Return the words of the language that the reader chose, else that the browser prefers."""
    accepted = request.headers.get("accept-language", "")
    return words_in(language_of(request.query_params.get("lang"), accepted))


def html_response(
    page: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a page as a response; a lone surrogate in it is replaced."""
    body = page.encode("utf-8", "replace")
    return Response(body, status, {**SECURITY, **(headers or {})}, HTML)


def home(service: Service, request: Request) -> Response:
    """Show the question box, and the results for the question or the filters."""
    words = words_of(request)
    return html_response(home_page(service, looking_of(request.query_params), words))


def home_page(
    service: Service,
    looking: Looking,
    words: Words,
    results: Results | None = None,
    **more: Any,  # noqa: ANN401
) -> str:
    """Return that page with ``results`` (None: search now); ``more`` goes to its template."""
    root = root_of(service.config)
    results = results or find(service, looking, words, root)
    last = max(1, -(-results.total // A_PAGE))
    values: dict[str, Any] = {
        "looking": looking,
        "chosen": looking.chosen,
        "results": results,
        "info": service.engine.info,
        "most": max((year.count for year in results.years), default=1),
        "earlier": looking.address(root, page=looking.page - 1) if looking.page > 1 else None,
        "later": looking.address(root, page=looking.page + 1) if looking.page < last else None,
        "everything": looking.address(root, everything=True),
        "switch": {code: looking.address(root, chosen=code) for code in LANGUAGES},
        "shown": _shown,
        "searching": True,
    }
    return render("home.html", words, service.config, **(values | more))


def _shown(hits: tuple[Hit, ...], *, short: bool) -> list[tuple[Hit, tuple[Quote, ...]]]:
    """Return hits with the passages to show: all, or with ``short`` the first."""
    return [(hit, hit.quotes[:1] if short else hit.quotes) for hit in hits]


def policy(service: Service, request: Request) -> Response:
    """Show a policy, or a reference to it as a file (``?cite=ris``)."""
    params = request.query_params
    document = document_of(service, request)
    style = choice_of(params, "cite", (*STYLES, CSL))
    if style:
        return _citation(service, document, style)
    words = words_of(request)
    return html_response(
        policy_page(service, document, words, base_of(request), params.get("lang"))
    )


def policy_page(
    service: Service,
    document: Document,
    words: Words,
    base: str,
    chosen: str | None = None,
    **more: Any,  # noqa: ANN401
) -> str:
    """Return the page of a policy; ``more`` are values for its template."""
    chosen = chosen if chosen in LANGUAGES else None
    policy_ = document.policy
    here = f"{root_of(service.config)}{path_of(policy_.index_id)}"
    today = service.engine.today()
    values: dict[str, Any] = {
        "document": document,
        "policy": policy_,
        "body": body_html(document, provisions_of(service, document), words),
        "json_ld": json_ld(document, f"{base}{path_of(policy_.index_id)}"),
        "citations": [
            *((style, NAMES[style], cite(policy_, style, accessed=today)) for style in STYLES),
            (CSL, "CSL-JSON", csl_json(policy_, today)),
        ],
        "here": here,
        "chosen": chosen,
        "looking": Looking(chosen=chosen),
        "switch": {code: f"{here}?lang={code}" for code in LANGUAGES},
        "searching": True,
    }
    return render("policy.html", words, service.config, **(values | more))


def provisions_of(service: Service, document: Document) -> list[Provision]:
    """Return the provisions of a policy, in order; none if it was removed meanwhile."""
    with service.engine.reading() as generation:
        ordinal = generation.policy_ordinal(document.policy.index_id)
        return [] if ordinal is None else generation.provisions(ordinal)


def _citation(service: Service, document: Document, style: str) -> Response:
    today = service.engine.today()
    if style == CSL:
        text, ending, kind = csl_json(document.policy, today), "json", "application/json"
    else:
        named: Style = style  # type: ignore[assignment]
        text = cite(document.policy, named, accessed=today)
        ending, kind = FILES[named]
    kind = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    name = f'attachment; filename="reference.{ending}"'
    return Response(f"{text}\n".encode(), 200, {"Content-Disposition": name}, kind)


def page_picture(service: Service, request: Request) -> Response:
    """Show a page of the PDF that a policy came from."""
    from policybot.corpus.text.page_image import page_image

    check_names(request.query_params, ())
    document = document_of(service, request)
    try:
        picture = page_image(
            service.config.corpus.path, document.policy, request.path_params["page"]
        )
    except ImportRefusedError as error:
        raise ProblemError(404, str(error).rpartition(": ")[2]) from None
    return Response(picture, 200, {}, "image/png")


async def static(request: Request) -> Response:
    """Return one of the page's own files, cacheable, since its URL changes with its content."""
    name = request.path_params["name"]
    if name not in STATIC:
        return problem_response(ProblemError(404, "there is no such file"))
    headers = {"Cache-Control": f"public, max-age={_YEAR_SECONDS}, immutable"}
    return Response(static_file(name), 200, headers, STATIC[name])


def routes() -> list[Route]:
    """Return the routes of the page."""
    picture = paged(page_picture, keep=False)  # large, and not from the index
    return [
        Route("/", paged(home), methods=["GET"]),
        Route("/static/{name}", static, methods=["GET"]),
        Route("/image/{page:int}/{policy_id:path}", picture, methods=["GET"]),
        Route("/p/{policy_id:path}", paged(policy), methods=["GET"]),
    ]
