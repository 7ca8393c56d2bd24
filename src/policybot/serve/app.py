"""The web application (page, HTTP API, MCP) over one service, and the process that serves it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router

from policybot.answering.engine import open_engine
from policybot.bot.ops.listening import listen_on
from policybot.bot.ops.logs import set_up_logging
from policybot.config import Config, read_serve_tokens
from policybot.serve import api
from policybot.serve.connections import proxies_of, uvicorn_settings
from policybot.serve.guard import Guard
from policybot.serve.mcp import mcp_routes, mcp_server
from policybot.serve.page import pages
from policybot.serve.problems import answer_error
from policybot.serve.processes import Processes, check_processes
from policybot.serve.service import Service, service_of

log = logging.getLogger(__name__)


def application(service: Service, *, tokens: Sequence[str] = ()) -> Starlette:
    """Return the application over a service, which it closes on shutdown."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        keeping = asyncio.create_task(service.keep_up(), name="keeping up")
        service.pool.submit(pages.prepare)
        gc.freeze()  # garbage collection skips what is imported and open by now
        try:
            async with assistants.session_manager.run():
                yield
        finally:
            keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeping
            service.close()

    serve, assistants = service.config.serve, mcp_server(service)
    routes: list[BaseRoute] = [
        Route("/healthz", healthz, methods=["GET"]),
        _api(serve.cors),
        *mcp_routes(assistants, service.config),
        *pages.routes(),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, per_minute=serve.per_minute, tokens=tokens)],
        exception_handlers={Exception: answer_error, 404: answer_error, 405: answer_error},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.service = service
    return app


def _api(origin: str | None) -> Mount:
    """Return the API, with CORS for ``origin`` if one is configured."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=[origin] if origin else [],
        allow_methods=["GET", "HEAD"],
        allow_headers=["Authorization", "If-None-Match"],
        expose_headers=["ETag", "Link"],
    )
    middleware = [cors] if origin else []
    return Mount("/api", Router(api.routes(), redirect_slashes=False, middleware=middleware))


async def healthz(request: Request) -> Response:
    """Report that the process is up, with the generation and size of its index."""
    info = api.service_in(request).engine.info
    body = {"ok": True, "generation": info.generation, "policies": info.documents}
    return Response(
        json.dumps(body) + "\n",
        headers={"Cache-Control": "no-store"},
        media_type="application/json",
    )


def run_server(
    config: Config,
    listen: str | None,
    environ: Mapping[str, str] | None = None,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve until SIGTERM or SIGINT, and finish the requests in progress.

    ``announce`` is called with the URL once the socket is bound.

    Raises:
        ConfigError: the address cannot be bound, the tokens cannot be used, or the index does not
            allow worker processes.
        IndexUnusableError: there is no usable index.
    """
    check_processes(config)
    tokens = read_serve_tokens(environ)
    set_up_logging(config.log, *tokens)
    bound = listen_on(listen or config.serve.listen, "--listen" if listen else "[serve] listen")
    with contextlib.closing(bound):
        # One thread per question: other questions are encoded on the other cores meanwhile.
        engine = open_engine(config, encoder_threads=1)
        count = config.serve.processes
        service = service_of(config, engine, Processes(config, count) if count else None)
        app = application(service, tokens=tokens)
        settings = uvicorn_settings(proxies_of(config.serve.proxies))
        server = _Server(uvicorn.Config(app, **settings))
        host, port = bound.getsockname()[:2]
        announce(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
        asyncio.run(_serve(server, bound))


class _Server(uvicorn.Server):
    """uvicorn's server without signal handlers; :func:`_serve` installs them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Install no handlers."""
        yield


async def _serve(server: _Server, bound: socket.socket) -> None:
    def stop() -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await server.serve(sockets=[bound])
    log.info("stopped")
