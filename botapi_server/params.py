"""The parameters of one call, however they were sent, and the error that refuses it."""

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.multipart import BodyPartReader


class ApiError(Exception):
    """A call refused with Telegram's error object."""

    def __init__(
        self, code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(why: str, **parameters: Any) -> ApiError:
    return ApiError(400, f"Bad Request: {why}", parameters or None)


class Params:
    """The values of one call: strings from a form, any JSON from a JSON body, and files."""

    def __init__(
        self, values: dict[str, Any], files: dict[str, tuple[str, bytes]] | None = None
    ) -> None:
        self.values = values
        self.files = files or {}

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return str(value)
        if not isinstance(value, str):
            raise bad_request(f'parameter "{name}" must be a string')
        return value

    def number(self, name: str, default: int = 0) -> int:
        value = self.text(name)
        if not value:
            return default
        try:
            return int(value)
        except ValueError:
            raise bad_request(f'invalid integer value of parameter "{name}" specified') from None

    def flag(self, name: str) -> bool:
        value = self.text(name).strip().lower()
        return value in {"true", "yes", "1"}

    def json(self, name: str) -> Any:
        """An object or a list, as such or as a JSON string; None when absent or empty."""
        value = self.values.get(name)
        if isinstance(value, str):
            if not value:
                return None
            try:
                value = json.loads(value)
            except ValueError:
                raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        value = self.json(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise bad_request(f"object expected as {name.replace('_', ' ')}")
        return value

    def file(self, name: str) -> tuple[str, bytes] | None:
        """The uploaded file: a part of that name, or one that ``attach://`` names."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.files.get(value.removeprefix("attach://"))
        return self.files.get(name)


async def read_params(request: web.BaseRequest) -> Params:
    """Everything sent with a request: the query string, then the body.

    Raises:
        ApiError: the body is not what its content type says, or not UTF-8.
    """
    values: dict[str, Any] = dict(request.query)
    files: dict[str, tuple[str, bytes]] = {}
    try:
        match request.content_type:
            case "application/json":
                raw = await request.read()
                body = json.loads(raw) if raw else {}
                if not isinstance(body, dict):
                    raise bad_request("object expected")
                values |= {key: value for key, value in body.items() if value is not None}
            case "application/x-www-form-urlencoded":
                text = (await request.read()).decode()
                values |= parse_qsl(text, keep_blank_values=True, errors="strict")
            case "multipart/form-data":
                await _read_parts(request, values, files)
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except json.JSONDecodeError:
        raise bad_request("can't parse JSON object") from None
    return Params(values, files)


async def _read_parts(
    request: web.BaseRequest, values: dict[str, Any], files: dict[str, tuple[str, bytes]]
) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad_request("wrong multipart body")
        raw = await part.read(decode=True)
        if part.filename is None:
            values[part.name] = bytes(raw).decode()
        else:
            files[part.name] = (part.filename, bytes(raw))
