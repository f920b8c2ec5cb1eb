"""The clinicians' page as a Starlette application.

Pages show what ``eval.replay`` holds; writes are JSON. A run is addressed by a hash of its folder's name and looked up
among the runs that are there, so that no address is a path and a blinded page names no model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from eval.export import marks_as_bytes
from eval.folder import RunInfo, ScoreLine, read_info, read_scores, read_summary
from eval.judgements import Judgement, Judgements
from eval.replay import outcome
from eval.report import TEMPLATES, environment, table_row
from eval.scores import Metric
from eval.table import number, shown_metrics
from eval.web.consultation import Consultations
from eval.web.gate import Gate
from eval.web.shelf import Shelf, blinded, key_of
from sp_sim.errors import InputError, SimulatorError
from sp_sim.library import LoadedCase

_HERE = Path(__file__).resolve().parent
_TASKS = {
    "diag": ("问诊对话", "Dialogues"),
    "qa": ("单轮问答", "Clinical QA"),
    "reason": ("诊断推理", "Diagnostic reasoning"),
    "items": ("题目", "Items"),
}
_MARKS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def create_app(
    runs: Path, cases: Sequence[LoadedCase], hosts: Sequence[str], token: str = "", blind: bool = False
) -> Starlette:
    """The application over the runs of a folder; consults patients of ``cases``.

    ``hosts``: the names under which it may be called; ``token``: see ``eval.web.gate``. Where it is ``blind`` no page
    names a model; otherwise pages with ``?blind`` in their address do not.
    """
    pages = _Pages(runs, cases, blind)
    routes = [
        Route("/", pages.index),
        Route("/run/{run}", pages.run),
        Route("/run/{run}/{case}/{trial:int}", pages.dialogue),
        Route("/compare/{run}/{other}/{case}/{trial:int}", pages.compare),
        Route("/marks.{kind}", pages.marks),
        Route("/marks/{run}.{kind}", pages.marks),
        Route("/consult", pages.consult),
        Route("/api/judge", pages.judge, methods=["POST"]),
        Route("/api/judgements/{run}", pages.judgements),
        Route("/api/judgements/{run}/{case}/{trial:int}", pages.judgements),
        Route("/api/consult", pages.unfinished),
        Route("/api/consult", pages.begin, methods=["POST"]),
        Route("/api/consult/{run}", pages.state),
        Route("/api/consult/{run}", pages.say, methods=["POST"]),
        Mount("/static", StaticFiles(directory=_HERE / "static")),
        Mount("/replay", StaticFiles(directory=TEMPLATES)),
    ]
    guards = [Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)), Middleware(Gate, token=token)]
    handlers: Any = {SimulatorError: pages.broken, HTTPException: pages.broken}
    return Starlette(routes=routes, middleware=guards, exception_handlers=handlers)


class _Pages:
    def __init__(self, runs: Path, cases: Sequence[LoadedCase], blind: bool) -> None:
        self._cases = list(cases)
        self._blind = blind
        self._shelf = Shelf(runs, {case.id: case for case in cases})
        self._judgements = Judgements(runs)
        self._consultations = Consultations(self._shelf, cases)
        self._environment = environment(_HERE / "templates", TEMPLATES)

    def _is_blind(self, request: Request) -> bool:
        return self._blind or "blind" in request.query_params

    def _render(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        fixed = {
            "blind": self._is_blind(request),
            "query": "?blind" if "blind" in request.query_params else "",
            "always_blind": self._blind,
            "number": number,
            "key_of": key_of,
        }
        return HTMLResponse(self._environment.get_template(template).render(**fixed, **values), status)

    async def broken(self, request: Request, error: Exception) -> Response:
        """What the user can mend, in one line."""
        if isinstance(error, HTTPException):
            status, told = error.status_code, error.detail
        else:
            status, told = (404 if isinstance(error, InputError) else 500), self._shelf.without_paths(str(error))
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": told}, status)
        return self._render(request, "broken.html", status, told=told)

    async def index(self, request: Request) -> Response:
        runs, broken = await run_in_threadpool(self._shelf.all)
        if self._is_blind(request):
            runs.sort(key=lambda run: run.key)
        told = {key: self._shelf.without_paths(text) for key, text in sorted(broken.items())}
        finished: dict[str, set[Metric]] = {}
        for run in runs:
            finished.setdefault(run.info.task, set()).update(shown_metrics(run.summary) if run.summary else ())
        metrics = {task: [metric for metric in Metric if metric in found] for task, found in finished.items()}
        return self._render(request, "index.html", runs=runs, broken=told, metrics=metrics, titles=_TASKS)

    async def run(self, request: Request) -> Response:
        path = self._run_of(request)

        def read() -> tuple[RunInfo, dict[str, Any], list[ScoreLine]]:
            return read_info(path), read_summary(path), list(read_scores(path))

        info, summary, lines = await run_in_threadpool(read)
        departments = {case["id"]: case.get("department", "") for case in info.cases}
        rows = [
            table_row(
                line.case,
                line.trial,
                departments.get(line.case, ""),
                line.stop_reason.value,
                line.rounds,
                {metric.value: score.value for metric, score in line.scores.items()},
                outcome(line),
            )
            for line in lines
        ]
        return self._render(
            request, "run.html", path=path, info=info, summary=summary, rows=rows, metrics=shown_metrics(summary)
        )

    def _run_of(self, request: Request, name: str = "run") -> Path:
        return self._shelf.path(request.path_params[name])

    async def dialogue(self, request: Request) -> Response:
        path, key = self._run_of(request), (request.path_params["case"], request.path_params["trial"])

        def read() -> tuple[dict[str, Any], list[tuple[str, int]], list[tuple[str, RunInfo]]]:
            keys = [(line.case, line.trial) for line in read_scores(path)]
            same = [run for run in self._shelf.all()[0] if run.summary and run.info.task == read_info(path).task]
            others = [
                (run.key, run.info)
                for run in same
                if run.path != path and any(case["id"] == key[0] for case in run.info.cases)
            ]
            return self._view(request, path, key), keys, others

        view, keys, others = await run_in_threadpool(read)
        if self._is_blind(request):
            others.sort(key=lambda other: other[0])
        place = keys.index(key) if key in keys else 0
        beside: dict[str, Any] = {"before": keys[place - 1] if place else None, "after": keys[place + 1 : place + 2]}
        return self._render(
            request, "dialogue.html", path=path, info=read_info(path), views=[view], others=others, **beside
        )

    async def compare(self, request: Request) -> Response:
        paths = [self._run_of(request), self._run_of(request, "other")]
        key = (request.path_params["case"], request.path_params["trial"])
        views = [await run_in_threadpool(self._view, request, path, key) for path in paths]
        infos = [read_info(path) for path in paths]
        return self._render(request, "compare.html", paths=paths, infos=infos, views=views)

    def _view(self, request: Request, path: Path, key: tuple[str, int]) -> dict[str, Any]:
        view = self._shelf.view(path, key)
        return blinded(view, read_info(path)) if self._is_blind(request) else view

    async def marks(self, request: Request) -> Response:
        """The marks on a run, or on all runs, as a file."""
        kind = request.path_params["kind"]
        if kind not in _MARKS:
            raise HTTPException(404, f"got the ending {kind!r}, expected csv or xlsx")
        run = self._run_of(request).name if "run" in request.path_params else ""

        def made() -> bytes:
            found = self._judgements.of(run)
            if self._is_blind(request):
                found = [mark.model_copy(update={"run": key_of(Path(mark.run))[:6]}) for mark in found]
                found.sort(key=lambda mark: mark.run)
            return marks_as_bytes(found, kind)

        name = f"marks-{request.path_params.get('run', 'all')[:6]}.{kind}"
        disposition = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(await run_in_threadpool(made), media_type=_MARKS[kind], headers=disposition)

    async def judge(self, request: Request) -> Response:
        """Stores a mark; answers with its subject."""
        given = await _json(request)
        path = self._shelf.path(str(given.pop("key", "")))
        try:
            judgement = Judgement(**given | {"run": path.name, "judge": _name(given.get("judge"))})
        except (TypeError, ValidationError) as error:
            told = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            raise HTTPException(400, f"got no valid mark: {told}") from error
        await run_in_threadpool(self._judgements.put, judgement)
        return JSONResponse({"subject": judgement.subject})

    async def judgements(self, request: Request) -> Response:
        """The marks of one clinician on a dialogue or on all of a run."""
        path, judge = self._run_of(request), _name(request.query_params.get("judge"))
        case, trial = request.path_params.get("case", ""), request.path_params.get("trial", 0)
        found = await run_in_threadpool(self._judgements.of, path.name, case, trial, judge)
        return JSONResponse([mark.model_dump(exclude={"run", "judge"}) for mark in found])

    async def consult(self, request: Request) -> Response:
        return self._render(request, "consult.html", cases=[case.record for case in self._cases])

    async def unfinished(self, request: Request) -> Response:
        """The consultations that a person has left in the middle."""
        name = _name(request.query_params.get("name"))
        return JSONResponse(await run_in_threadpool(self._consultations.unfinished, name))

    async def begin(self, request: Request) -> Response:
        """Begins a consultation; answers with its address."""
        given = await _json(request)
        return JSONResponse({"key": await self._consultations.begin(_name(given.get("name")), str(given.get("case")))})

    async def state(self, request: Request) -> Response:
        """A consultation as it stands."""
        return JSONResponse(await self._consultations.state(request.path_params["run"]))

    async def say(self, request: Request) -> Response:
        """The patient's answer to ``text`` in ``round``; ``leave`` ends without a conclusion."""
        given = await _json(request)
        text, place = str(given.get("text", "")).strip(), given.get("round")
        if not isinstance(place, int) or place < 1 or not (text or given.get("leave")):
            raise HTTPException(400, "got no words or no round, expected both")
        words = None if given.get("leave") else text
        return JSONResponse((await self._consultations.say(request.path_params["run"], words, place)).model_dump())


async def _json(request: Request) -> dict[str, Any]:
    try:
        found = json.loads(await request.body())
    except ValueError as error:
        raise HTTPException(400, "got no JSON") from error
    if not isinstance(found, Mapping):
        raise HTTPException(400, "got other JSON, expected an object")
    return dict(found)


def _name(given: object) -> str:
    """A person's name with single spaces between its words. Refuses none, and one beyond 100 characters."""
    name = " ".join(given.split()) if isinstance(given, str) else ""
    if not 0 < len(name) <= 100:
        raise HTTPException(400, "got no name or a very long one, expected one of 1 to 100 characters")
    return name
