"""Sockets to listen on."""

from __future__ import annotations

import socket

from policybot.errors import ConfigError


def listen_on(address: str, key: str) -> socket.socket:
    """Return a socket that listens on ``address`` (host:port, [host]:port or :port for loopback).

    Raises:
        ConfigError: it cannot be listened on; the message names ``key`` of the configuration.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        bound = socket.create_server((host, int(port)), family=family, backlog=128)
    except (OSError, OverflowError, ValueError) as error:
        raise ConfigError(f"{key} = {address!r}: cannot listen there: {error}") from None
    bound.setblocking(False)
    return bound
