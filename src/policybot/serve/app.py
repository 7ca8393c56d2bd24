"""The application: every door over one service, and the process that serves it."""

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
from policybot.serve.processes import Processes
from policybot.serve.service import Service, service_of

log = logging.getLogger(__name__)


def application(service: Service, *, tokens: Sequence[str] = ()) -> Starlette:
    """Return the application over a service, which it closes when it ends."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        keeping = asyncio.create_task(service.keep_up(), name="keeping up")
        service.pool.submit(pages.prepare)
        gc.freeze()  # what is imported and open by now is not looked through at every collection
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
    """Return the API, which pages of another site may call where one is configured."""
    opened = Middleware(
        CORSMiddleware,
        allow_origins=[origin] if origin else [],
        allow_methods=["GET", "HEAD"],
        allow_headers=["Authorization", "If-None-Match"],
        expose_headers=["ETag", "Link"],
    )
    middleware = [opened] if origin else []
    return Mount("/api", Router(api.routes(), redirect_slashes=False, middleware=middleware))


async def healthz(request: Request) -> Response:
    """Say that the process answers, and from which index."""
    info = api.service_in(request).engine.info
    said = {"ok": True, "generation": info.generation, "policies": info.documents}
    return Response(
        json.dumps(said) + "\n",
        headers={"Cache-Control": "no-store"},
        media_type="application/json",
    )


def run_server(
    config: Config,
    listen: str | None,
    environ: Mapping[str, str] | None = None,
    told: Callable[[str], None] = print,
) -> None:
    """Serve until SIGTERM or SIGINT; requests in hand are answered before it returns.

    ``told`` is called with the address once it is listened on.

    Raises:
        ConfigError: the address cannot be listened on, or the tokens cannot be used.
        IndexUnusableError: there is no index to answer from.
    """
    tokens = read_serve_tokens(environ)
    set_up_logging(config.log, *tokens)
    bound = listen_on(listen or config.serve.listen, "--listen" if listen else "[serve] listen")
    with contextlib.closing(bound):
        # One thread a question: others are encoded on the other cores at the same time.
        engine = open_engine(config, encoder_threads=1)
        count = config.serve.processes
        service = service_of(config, engine, Processes(config, count) if count else None)
        app = application(service, tokens=tokens)
        settings = uvicorn_settings(proxies_of(config.serve.proxies))
        server = _Server(uvicorn.Config(app, **settings))
        host, port = bound.getsockname()[:2]
        told(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
        asyncio.run(_serve(server, bound))


class _Server(uvicorn.Server):
    """uvicorn's server, which leaves signals to :func:`_serve`."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


async def _serve(server: _Server, bound: socket.socket) -> None:
    def stop() -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await server.serve(sockets=[bound])
    log.info("stopped")
