"""Who is let in: those with the token, and writes that come from the server's own pages."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

_COOKIE = "sp_sim_token"
_LONGEST_WRITE = 200_000
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


class Gate(BaseHTTPMiddleware):
    """With a ``token`` every request must carry it, first in the address (``?token=``), then in a cookie.

    A write must be JSON of a page of this server, and not too long. Every answer carries the headers that keep
    scripts of others out.
    """

    def __init__(self, app: Any, token: str) -> None:
        super().__init__(app)
        self._token = token

    async def dispatch(self, request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = self._refused(request) or await call_next(request)
        response.headers.update(_HEADERS)
        return response

    def _refused(self, request: Request) -> Response | None:
        if self._token:
            given = request.query_params.get("token", "")
            if given and hmac.compare_digest(given.encode(), self._token.encode()):
                response = RedirectResponse(str(request.url.remove_query_params("token")), 303)
                response.set_cookie(_COOKIE, self._token, httponly=True, samesite="strict")
                return response
            if not hmac.compare_digest(request.cookies.get(_COOKIE, "").encode(), self._token.encode()):
                return PlainTextResponse("a token is needed: open the address that the server printed", 403)
        if request.method not in ("GET", "HEAD"):
            own = f"{request.url.scheme}://{request.headers.get('host', '')}"
            if request.headers.get("origin") != own:
                return JSONResponse({"error": "a write must come from a page of this server"}, 403)
            if request.headers.get("content-type", "").partition(";")[0] != "application/json":
                return JSONResponse({"error": "a write must be JSON"}, 415)
            if int(request.headers.get("content-length") or _LONGEST_WRITE + 1) > _LONGEST_WRITE:
                return JSONResponse({"error": "the write is too long"}, 413)
        return None
