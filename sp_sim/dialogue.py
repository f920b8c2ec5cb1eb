"""The dialogue as a LangGraph graph: doctor → read → patient → doctor, until someone has a reason to stop.

The graph keeps no checkpoints; what each turn hands to ``Cast.on_turn`` is enough to start again from any turn.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, TypedDict

from sp_sim.errors import ModelError
from sp_sim.record import Frozen
from sp_sim.roles import Cast
from sp_sim.transcript import Reading, Reply, Role, StopReason, Turn, Usage, Utterance, told, visible


class Outcome(Frozen):
    """How a dialogue went: its turns and why it stopped (with what broke and what that cost, where something did)."""

    turns: tuple[Turn, ...]
    stop: StopReason
    failure: str = ""
    wasted: Usage = Usage()


class _State(TypedDict, total=False):
    turns: tuple[Turn, ...]
    utterance: Utterance
    reading: Reading
    stop: StopReason
    failure: str
    wasted: Usage


async def consult(cast: Cast, turns: Sequence[Turn] = ()) -> Outcome:
    """Runs one dialogue to its end, from the first round or on from ``turns``."""
    state: _State = {"turns": tuple(turns)}
    if turns and turns[-1].reading.concluding:
        return Outcome(turns=tuple(turns), stop=StopReason.CONCLUDED)
    if len(turns) >= cast.max_rounds:
        return Outcome(turns=tuple(turns), stop=StopReason.MAX_ROUNDS)
    limit = 3 * (cast.max_rounds - len(turns)) + 3
    end: _State = await _graph().ainvoke(state, {"recursion_limit": limit}, context=cast)
    return Outcome(
        turns=end["turns"], stop=end["stop"], failure=end.get("failure", ""), wasted=end.get("wasted", Usage())
    )


async def _doctor(state: _State, cast: Cast) -> _State:
    started = time.perf_counter()
    try:
        utterance = await cast.doctor.reply(visible(cast.opening, state["turns"]))
    except ModelError as error:
        wasted = (error.usage or Usage()).taking(time.perf_counter() - started)
        return {"stop": StopReason.FAILED, "failure": str(error), "wasted": wasted}
    if utterance is None:
        return {"stop": StopReason.DOCTOR_LEFT}
    usage = utterance.usage.taking(time.perf_counter() - started)
    return {"utterance": utterance.model_copy(update={"usage": usage})}


async def _read(state: _State, cast: Cast) -> _State:
    started = time.perf_counter()
    reading = await cast.recognizer.read(state["utterance"].text, told(state["turns"]))
    reading = reading.model_copy(update={"usage": reading.usage.taking(time.perf_counter() - started)})
    if reading.concluding:
        return {"turns": _with_turn(state, cast, reading, Reply(text="")), "stop": StopReason.CONCLUDED}
    return {"reading": reading}


async def _patient(state: _State, cast: Cast) -> _State:
    reading = state["reading"]
    started = time.perf_counter()
    reply = await cast.patient.answer(reading, told(state["turns"]))
    reply = reply.model_copy(update={"usage": reply.usage.taking(time.perf_counter() - started)})
    turns = _with_turn(state, cast, reading, reply)
    return {"turns": turns, "stop": StopReason.MAX_ROUNDS} if len(turns) >= cast.max_rounds else {"turns": turns}


def _with_turn(state: _State, cast: Cast, reading: Reading, reply: Reply) -> tuple[Turn, ...]:
    spent = {Role.DOCTOR: state["utterance"].usage, Role.READER: reading.usage, Role.PATIENT: reply.usage}
    turn = Turn(
        round=len(state["turns"]) + 1,
        doctor=state["utterance"].text,
        patient=reply.text,
        reading=reading.model_copy(update={"usage": Usage()}),
        rejected=reply.rejected,
        seconds=round(sum(used.seconds for used in spent.values()), 4),
        usage=spent,
    )
    cast.on_turn(turn)
    return (*state["turns"], turn)


def _route(state: _State) -> Literal["stop", "go"]:
    return "stop" if "stop" in state else "go"


@cache
def _graph() -> Any:
    from langgraph.graph import END, START, StateGraph
    from langgraph.runtime import Runtime

    def node(act: Any) -> Any:
        async def run(state: _State, runtime: Runtime[Cast]) -> _State:
            update: _State = await act(state, runtime.context)
            return update

        return run

    graph: Any = StateGraph(_State, context_schema=Cast)
    for name, act, following in (
        ("doctor", _doctor, "read"),
        ("read", _read, "patient"),
        ("patient", _patient, "doctor"),
    ):
        graph.add_node(name, node(act))
        graph.add_conditional_edges(name, _route, {"stop": END, "go": following})
    graph.add_edge(START, "doctor")
    return graph.compile()
