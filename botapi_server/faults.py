"""Trouble on demand: which call fails, and how."""

from dataclasses import dataclass, field
from typing import Any, Literal

from botapi_server.params import ApiError, Params

Kind = Literal[
    "drop_before",
    "drop_after",
    "hang",
    "bad_gateway",
    "internal",
    "flood",
    "error",
    "garbage",
]
BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n"
    "</body>\r\n</html>\r\n"
)


@dataclass
class Fault:
    """One kind of trouble for the next ``times`` calls of a method."""

    method: str
    kind: Kind
    times: int = 1
    chat_id: int | None = None
    seconds: float = 0.0
    retry_after: int = 1
    code: int = 400
    description: str = "Bad Request: on demand"
    parameters: dict[str, Any] | None = None

    def fits(self, method: str, params: Params) -> bool:
        if self.times < 1:
            return False
        wanted = self.method.lower()
        named = wanted == method or (wanted == "*" and method != "getupdates")
        return named and self.chat_id in (None, _chat(params))

    def refusal(self) -> ApiError | None:
        """The error object this fault answers with, if it answers with one."""
        match self.kind:
            case "flood":
                return ApiError(
                    429,
                    f"Too Many Requests: retry after {self.retry_after}",
                    {"retry_after": self.retry_after},
                )
            case "internal":
                return ApiError(500, "Internal Server Error")
            case "error":
                return ApiError(self.code, self.description, self.parameters)
        return None


@dataclass
class Faults:
    """The faults that wait for their call, in the order given."""

    waiting: list[Fault] = field(default_factory=list)

    def take(self, method: str, params: Params) -> Fault | None:
        for fault in self.waiting:
            if fault.fits(method, params):
                fault.times -= 1
                self.waiting = [f for f in self.waiting if f.times > 0]
                return fault
        return None


def _chat(params: Params) -> int | None:
    try:
        return int(params.values.get("chat_id", ""))
    except (TypeError, ValueError):
        return None
