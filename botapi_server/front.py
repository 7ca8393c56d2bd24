"""HTTP in front of the world: reads calls, has them done or failed, and records them."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from botapi_server import answers, messages, profile
from botapi_server.faults import BAD_GATEWAY, Fault
from botapi_server.params import ApiError, Params, read_params

if TYPE_CHECKING:
    from botapi_server.server import BotApiServer

METHODS: dict[str, Callable[["BotApiServer", Params], Any]] = {
    **messages.METHODS,
    **answers.METHODS,
    **profile.METHODS,
}
_PATH = re.compile(r"/(?P<file>file/)?bot(?P<token>[0-9]+:[A-Za-z0-9_-]{30,})/(?P<rest>.+)")


@dataclass
class Call:
    """One call of the bot: what it asked, and what it was told."""

    method: str
    params: dict[str, Any]
    files: dict[str, tuple[str, bytes]] = field(repr=False)
    time: float
    status: int = 0
    result: Any = None
    description: str = ""
    fault: str | None = None


class Front:
    """Answers the requests of the bot."""

    def __init__(self, server: "BotApiServer") -> None:
        self._server = server

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        path = _PATH.fullmatch(request.path)
        if path is None:
            return _json(404, ApiError(404, "Not Found").body())
        if path["token"] != self._server.token:
            return _json(401, ApiError(401, "Unauthorized").body())
        if path["file"]:
            return self._serve_file(path["rest"])
        call = Call(path["rest"], {}, {}, self._server.clock())
        try:
            params = await read_params(request)
        except ApiError as error:
            return self._refuse(call, error)
        call.params, call.files = params.values, params.files
        fault = self._server.faults.take(call.method.lower(), params)
        if fault is not None:
            return await self._fail(request, call, params, fault)
        return await self._answer(call, params)

    async def _answer(self, call: Call, params: Params) -> web.Response:
        try:
            call.result = await self._run(call.method, params)
        except ApiError as error:
            return self._refuse(call, error)
        call.status = 200
        self._record(call)
        return _json(200, {"ok": True, "result": call.result})

    async def _run(self, method: str, params: Params) -> Any:
        name = method.lower()
        if name == "getupdates":
            return await self._server.updates.poll(params)
        run = METHODS.get(name)
        if run is None:
            raise ApiError(404, "Not Found: method not found")
        with self._server.lock:
            return run(self._server, params)

    def _refuse(self, call: Call, error: ApiError) -> web.Response:
        call.status, call.description = error.code, error.description
        self._record(call)
        return _json(error.code, error.body())

    def _record(self, call: Call) -> None:
        self._server.calls.append(call)
        self._server.event()

    async def call_from_webhook(self, body: bytes) -> None:
        """A method call that the bot gave as its answer to a webhook request."""
        values = json.loads(body)
        method = values.pop("method")
        await self._answer(Call(method, values, {}, self._server.clock()), Params(values))

    async def _fail(
        self, request: web.BaseRequest, call: Call, params: Params, fault: Fault
    ) -> web.StreamResponse:
        call.fault = fault.kind
        refusal = fault.refusal()
        if refusal is not None:
            return self._refuse(call, refusal)
        match fault.kind:
            case "hang":
                response = await self._answer(call, params)
                await asyncio.sleep(fault.seconds)
                return response
            case "bad_gateway":
                call.status, call.description = 502, "Bad Gateway"
                self._record(call)
                return web.Response(status=502, text=BAD_GATEWAY, content_type="text/html")
            case "garbage":
                call.status, call.description = 200, "garbage"
                self._record(call)
                return web.Response(text='{"ok":tru', content_type="application/json")
            case "drop_after":
                await self._answer(call, params)
            case _:
                self._record(call)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _serve_file(self, path: str) -> web.Response:
        found = self._server.files.get(path.rpartition("/")[2])
        if found is None:
            return _json(404, ApiError(404, "Not Found").body())
        return web.Response(body=found[1])


def _json(status: int, body: dict[str, Any]) -> web.Response:
    return web.Response(status=status, text=json.dumps(body), content_type="application/json")
