"""The clinicians' page as a Starlette application.

Pages show what ``eval.replay`` holds; writes are JSON. A run is addressed by a hash of its folder's name and looked up
among the runs that are there, so that no address is a path and a blinded page names no model.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from eval.finish import dialogues
from eval.folder import RunInfo, ScoreLine, read_info, read_scores, read_summary
from eval.judgements import Judgement, Judgements
from eval.report import TEMPLATES, environment
from eval.scores import DIALOGUE
from eval.table import number
from eval.web.consultation import Consultation
from sp_sim.errors import InputError, SimulatorError
from sp_sim.library import LoadedCase, load

_HERE = Path(__file__).resolve().parent
_COOKIE = "sp_sim_token"
_LONGEST_WRITE = 200_000
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


def create_app(runs: Path, cases: Sequence[LoadedCase], hosts: Sequence[str], token: str = "") -> Starlette:
    """The application over the runs of a folder; consults patients of ``cases``.

    ``hosts``: the names under which it may be called. With a ``token`` every request must carry it, first in the
    address (``?token=``), then in a cookie. Writes are taken from its own pages only.
    """
    pages = _Pages(runs, cases)
    routes = [
        Route("/", pages.index),
        Route("/run/{run}", pages.run),
        Route("/run/{run}/{case}/{trial:int}", pages.dialogue),
        Route("/compare/{run}/{other}/{case}/{trial:int}", pages.compare),
        Route("/consult", pages.consult),
        Route("/api/judge", pages.judge, methods=["POST"]),
        Route("/api/judgements/{run}/{case}/{trial:int}", pages.judgements),
        Route("/api/consult", pages.begin, methods=["POST"]),
        Route("/api/consult/{number:int}", pages.say, methods=["POST"]),
        Mount("/static", StaticFiles(directory=_HERE / "static")),
        Mount("/replay", StaticFiles(directory=TEMPLATES)),
    ]
    guards = [Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)), Middleware(_Gate, token=token)]
    return Starlette(routes=routes, middleware=guards, exception_handlers={SimulatorError: _broken})


async def _broken(request: Request, error: Exception) -> Response:
    """What the user can mend, in one line."""
    status = 404 if isinstance(error, InputError) else 500
    if request.method == "POST":
        return JSONResponse({"error": str(error)}, status)
    return PlainTextResponse(str(error), status)


class _Gate(BaseHTTPMiddleware):
    """Lets in who has the token, and writes that come from our own pages."""

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
                response = RedirectResponse(request.url.path, 303)
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


def key_of(run: Path) -> str:
    """The address of a run: a hash of its folder's name, which may tell the model."""
    return hashlib.sha256(run.name.encode()).hexdigest()[:16]


class _Pages:
    def __init__(self, runs: Path, cases: Sequence[LoadedCase]) -> None:
        self._runs = runs
        self._cases = list(cases)
        self._judgements = Judgements(runs)
        self._consultations: list[Consultation] = []
        self._environment = environment(_HERE / "templates", TEMPLATES)

    def _found(self) -> dict[str, Path]:
        """The finished runs by address."""
        paths = sorted(path.parent for path in self._runs.glob("*/summary.json"))
        return {key_of(path): path for path in paths}

    def _run_of(self, request: Request, name: str = "run") -> Path:
        key = request.path_params[name]
        try:
            return self._found()[key]
        except KeyError as error:
            raise InputError(f"got no run {key!r}, expected one of the list of runs") from error

    def _render(self, request: Request, template: str, **values: Any) -> Response:
        blind = "blind" in request.query_params
        fixed = {"metrics": list(DIALOGUE), "number": number, "blind": blind, "key_of": key_of}
        return HTMLResponse(self._environment.get_template(template).render(**fixed, **values))

    async def index(self, request: Request) -> Response:
        def read() -> list[tuple[Path, RunInfo, dict[str, Any]]]:
            return [(path, read_info(path), read_summary(path)) for path in self._found().values()]

        return self._render(request, "index.html", runs=await run_in_threadpool(read))

    async def run(self, request: Request) -> Response:
        path = self._run_of(request)

        def read() -> tuple[RunInfo, dict[str, Any], list[ScoreLine]]:
            return read_info(path), read_summary(path), list(read_scores(path))

        info, summary, lines = await run_in_threadpool(read)
        others = {key: (other, read_info(other)) for key, other in self._found().items() if other != path}
        return self._render(request, "run.html", path=path, info=info, summary=summary, lines=lines, others=others)

    async def dialogue(self, request: Request) -> Response:
        path = self._run_of(request)
        view = await run_in_threadpool(self._view, path, request)
        names = [(metric.value, f"{metric.chinese} {metric.value.replace('_', ' ')}") for metric in DIALOGUE]
        return self._render(request, "dialogue.html", path=path, info=read_info(path), views=[view], names=names)

    async def compare(self, request: Request) -> Response:
        paths = [self._run_of(request), self._run_of(request, "other")]
        views = [await run_in_threadpool(self._view, path, request) for path in paths]
        return self._render(
            request, "compare.html", paths=paths, infos=[read_info(path) for path in paths], views=views
        )

    def _view(self, path: Path, request: Request) -> dict[str, Any]:
        key = (request.path_params["case"], request.path_params["trial"])
        files = [Path(case["path"]) for case in read_info(path).cases if case["id"] == key[0]]
        known = [case for case in self._cases if case.record.id == key[0]]
        return next(dialogues(path, load(files)[0] if files and files[0].exists() else known, [key]))

    async def judge(self, request: Request) -> Response:
        """Stores a mark; answers with it."""
        try:
            given = json.loads(await request.body())
            path = self._found()[given.pop("key")]
            judgement = Judgement(**given, run=path.name)
        except (ValueError, TypeError, KeyError, AttributeError, ValidationError) as error:
            return JSONResponse({"error": f"got no valid judgement: {error}"}, 400)
        await run_in_threadpool(self._judgements.put, judgement)
        return JSONResponse(judgement.model_dump())

    async def judgements(self, request: Request) -> Response:
        """The marks of one clinician on a dialogue."""
        path, judge = self._run_of(request), request.query_params.get("judge", "")
        if not judge:
            raise InputError("got no judge, expected ?judge=NAME")
        case, trial = request.path_params["case"], request.path_params["trial"]
        found = await run_in_threadpool(self._judgements.of, path.name, case, trial, judge)
        return JSONResponse([mark.model_dump() for mark in found])

    async def consult(self, request: Request) -> Response:
        return self._render(request, "consult.html", cases=[case.record for case in self._cases])

    async def begin(self, request: Request) -> Response:
        """Begins a consultation; answers with its number and what the patient says first."""
        given = await _json(request)
        name, wanted = str(given.get("name", "")).strip(), given.get("case")
        case = next((case for case in self._cases if case.record.id == wanted), None)
        if not name or case is None:
            raise HTTPException(400, "got no name or no known case, expected both")
        consultation = Consultation(case, name, self._runs)
        self._consultations.append(consultation)
        return JSONResponse({"number": len(self._consultations) - 1, "opening": consultation.opening})

    async def say(self, request: Request) -> Response:
        """The patient's answer; with ``ended`` also where to look at the dialogue."""
        given = await _json(request)
        position, text = request.path_params["number"], str(given.get("text", "")).strip()
        if position >= len(self._consultations) or not text:
            raise HTTPException(400, "got no such consultation or no words, expected both")
        consultation = self._consultations[position]
        answer = await consultation.say(text)
        where = f"/run/{key_of(consultation.path)}/{consultation.case}/1" if answer.ended else ""
        return JSONResponse({**answer.model_dump(), "where": where})


async def _json(request: Request) -> dict[str, Any]:
    try:
        found = json.loads(await request.body())
    except ValueError as error:
        raise HTTPException(400, "got no JSON") from error
    if not isinstance(found, dict):
        raise HTTPException(400, "got other JSON, expected an object")
    return found
