"""Serves the page: bound to this machine unless told otherwise, and then only to who has the token."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from eval.web.app import create_app
from sp_sim.errors import InputError
from sp_sim.library import LoadedCase
from sp_sim.terminology import builtin

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(runs: Path, cases: Sequence[LoadedCase], host: str, port: int, token: str, blind: bool) -> None:
    """Serves until interrupted. Raises ``InputError`` where the address cannot be had."""
    open_to_others = host not in _LOOPBACK
    if open_to_others and not token:
        token = secrets.token_urlsafe(24)
    hosts = ["*"] if open_to_others else ["127.0.0.1", "localhost", "[::1]"]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
            listening.listen(128)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"--host {host} --port {port}: got {reason}, expected a free address") from error
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listening.getsockname()[1]}/"
        threading.Thread(target=lambda: builtin().lexicon, daemon=True).start()  # the first page would wait for it
        print(f"{address}?token={token}" if token else address, flush=True)
        config = uvicorn.Config(create_app(runs, cases, hosts, token, blind), log_level="warning", access_log=False)
        uvicorn.Server(config).run(sockets=[listening])
