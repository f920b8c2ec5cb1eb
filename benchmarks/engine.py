"""Measures the run engine against a stub endpoint: ``python benchmarks/engine.py parts|wall|scale|kills|faults|items``.

``parts``   CPU ms per turn of client, graph, reading, patient and journal, and journal bytes per turn
``wall``    wall ÷ ideal of many dialogues against a doctor that takes seconds, and of one at a time
``scale``   seconds, CPU and memory at growing numbers of dialogues with a scripted doctor
``kills``   a run killed again and again at random moments and resumed: are its scores those of a calm run?
``items``   many multiple-choice items, also killed and resumed
``faults``  a run with many failing calls: does any dialogue get a score that it would not have got?

Every measurement is of the command itself, in a process of its own, from start to exit.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from labels import CASES, HERE, write_json
from stub import LINES

ROOT = HERE.parent
ROUNDS = len(LINES)


@contextmanager
def stub(latency: float = 0.0, fault_rate: float = 0.0, says: str = "") -> Iterator[str]:
    """The address of a stub endpoint."""
    command = [sys.executable, str(HERE / "stub.py"), "--latency", str(latency), "--fault-rate", str(fault_rate)]
    command += ["--says", says]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def command(*args: object, script: str = "eval_diag.py") -> list[str]:
    return [sys.executable, str(ROOT / script), "--quiet", *map(str, args)]


def run(*args: object, script: str = "eval_diag.py") -> dict[str, float]:
    """Runs the evaluation; wall and CPU seconds and the peak of its memory in MB, its workers counted in."""
    code = "import resource, subprocess, sys; r = subprocess.run(sys.argv[1:]); u = resource.getrusage("
    code += "resource.RUSAGE_CHILDREN); print(r.returncode, u.ru_utime + u.ru_stime, u.ru_maxrss / 1024)"
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *command(*args, script=script)], capture_output=True, text=True, check=True
    )
    status, cpu, memory = done.stdout.split()
    if status not in ("0", "1"):
        raise SystemExit(done.stderr)
    return {"wall": time.perf_counter() - started, "cpu": float(cpu), "memory": float(memory)}


def some_cases(number: int) -> list[Path]:
    return sorted((CASES / "urology").glob("*.yaml"))[:number]


def script(folder: Path) -> str:
    path = folder / "script.json"
    path.write_text(json.dumps(LINES, ensure_ascii=False), "utf-8")
    return f"script:{path}"


def wall(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    trials = math.ceil(args.dialogues / 40)
    cases = some_cases(args.dialogues // trials)
    found: dict[str, Any] = {}
    with stub(latency=args.latency) as url:
        many = len(cases) * trials
        for workers in args.workers:
            took = run("--doctor", "openai:stub", "--base-url", url, "--out", folder / f"many{workers}",
                       "--trials", trials, "--concurrency", args.concurrency, "--workers", workers,
                       "--cases", *cases)  # fmt: skip
            ideal = math.ceil(many / args.concurrency) * ROUNDS * args.latency
            found[f"{many} dialogues, {args.concurrency} at once, {workers} workers"] = ratio(took["wall"], ideal)
        took = run("--doctor", "openai:stub", "--base-url", url, "--out", folder / "one", "--concurrency", 1,
                   "--cases", *some_cases(args.alone))  # fmt: skip
        found[f"{args.alone} dialogues, one at a time"] = ratio(took["wall"], args.alone * ROUNDS * args.latency)
    return found


def ratio(wall: float, ideal: float) -> dict[str, float]:
    return {"wall": round(wall, 2), "ideal": round(ideal, 2), "wall ÷ ideal": round(wall / ideal, 3)}


def scale(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    cases = some_cases(40)
    found = {}
    for number in args.numbers:
        trials = math.ceil(number / len(cases))
        out = folder / f"scale{number}"
        took = run("--doctor", script(folder), "--out", out, "--trials", trials, "--concurrency", 32, "--cases",
                   *cases[: math.ceil(number / trials)])  # fmt: skip
        turns = sum(b'"type":"turn"' in line for line in (out / "journal.jsonl").open("rb"))
        size = (out / "journal.jsonl").stat().st_size
        found[str(number)] = {
            "seconds": round(took["wall"], 1),
            "cpu ms per turn, start and scoring included": round(took["cpu"] / turns * 1000, 2),
            "peak memory MB": round(took["memory"]),
            "journal bytes per turn": round(size / turns),
        }
    return found


def parts(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Marginal CPU per turn: what a turn more costs the whole command, and what each part costs by itself."""
    cases = some_cases(40)

    def marginal(*extra: object) -> float:
        """CPU ms per turn of the command, without its start: the difference of a long and a short run."""
        plan = [*extra, "--concurrency", 16, "--cases", *cases]
        long, short = (run(*plan, "--out", folder / f"{random.random()}", "--trials", n)["cpu"] for n in (6, 1))
        return (long - short) / (5 * len(cases) * ROUNDS) * 1000

    whole = marginal("--doctor", script(folder))
    with stub() as url:
        client = marginal("--doctor", "openai:stub", "--base-url", url) - whole
    return {
        "whole turn without client, scoring included": round(whole, 2),
        "client": round(client, 2),
        **asyncio.run(parts_alone(folder)),
    }


async def parts_alone(folder: Path) -> dict[str, float]:
    """CPU ms per turn of the parts, each called by itself."""
    sys.path.insert(0, str(ROOT))
    from agents.casting import patient_side
    from agents.doctors.scripted import ScriptedDoctor
    from eval.folder import RunFolder, RunInfo
    from eval.journal import turn_line
    from sp_sim.dialogue import consult
    from sp_sim.encoder import make_encoder
    from sp_sim.library import load
    from sp_sim.roles import Cast
    from sp_sim.transcript import Reading, Reply

    cases, _ = load(some_cases(20))
    encoder = make_encoder()
    sides = [patient_side(case, encoder) for case in cases]
    readings = [[await reader.read(line, frozenset()) for line in LINES] for reader, _ in sides]

    class Silent:
        async def read(self, utterance: str, told: frozenset[str]) -> Reading:
            return Reading(concluding=False)

        async def answer(self, reading: Reading, told: frozenset[str]) -> Reply:
            return Reply(text="。")

    def per_turn(started: float) -> float:
        return round((time.process_time() - started) / (len(cases) * ROUNDS) * 1000, 2)

    found = {}
    started = time.process_time()
    for reader, _ in sides:
        for line in LINES:
            await reader.read(line, frozenset())
    found["reading"] = per_turn(started)
    started = time.process_time()
    for (_, patient), read in zip(sides, readings, strict=True):
        for reading in read:
            await patient.answer(reading, frozenset())
    found["patient"] = per_turn(started)
    silent = Silent()
    turns = []
    for _ in range(2):  # the first time builds the graph
        started = time.process_time()
        for _ in cases:
            cast = Cast(ScriptedDoctor(LINES), silent, silent, "。", ROUNDS)
            turns.append((await consult(cast)).turns)
        found["graph"] = per_turn(started)
    info = RunInfo(task="t", doctor="d", started="", config={}, cases=(), hashes={}, versions={})
    journal = RunFolder.create(folder / "journal", info)
    started = time.process_time()
    for some in turns[-len(cases) :]:
        for turn in some:
            journal.write(turn_line(("case", 1), turn, {}))
    found["journal"] = per_turn(started)
    return found


def kills(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Kills a run at random moments, a part of them in the middle of a journal line, until it has been often enough."""
    chance = random.Random(args.seed)
    with stub(latency=0.02) as url:
        plan = ["--doctor", "openai:stub", "--base-url", url, "--trials", 6, "--cases", *some_cases(40)]
        plan += ["--workers", args.workers[0]]
        run(*plan, "--out", folder / "calm")
        calls = answered(url)
        killed, out = 0, folder / "killed"
        while killed < args.kills:
            process = subprocess.Popen(command(*(["--resume", out] if killed else [*plan, "--out", out])))
            before = size(out)
            while process.poll() is None and size(out) == before:
                time.sleep(0.02)
            time.sleep(chance.uniform(0, 0.4))
            process.kill()
            process.wait()
            killed += 1
            if chance.random() < 0.3:  # what a machine leaves that loses power in the middle of a line
                with (out / "journal.jsonl").open("ab") as journal:
                    journal.write(b'{"type":"turn","case":"acute-cys')
        run("--resume", out)
        calm = (folder / "calm" / "scores.jsonl").read_bytes()
        turns = [json.loads(line) for line in (out / "journal.jsonl").open() if '"type":"turn"' in line]
        return {
            "kills": killed,
            "same scores.jsonl": (out / "scores.jsonl").read_bytes() == calm,
            "turns in the journal": len(turns),
            "of these paid for twice": len(turns) - len({(t["case"], t["trial"], t["round"]) for t in turns}),
            "calls of the calm run": calls,
            "calls of the killed run": answered(url) - calls,
        }


def size(out: Path) -> int:
    journal = out / "journal.jsonl"
    return journal.stat().st_size if journal.exists() else 0


def answered(url: str) -> int:
    with urllib.request.urlopen(url) as reply:
        return int(sum(json.load(reply).values()))


def items(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Multiple choice against a stub: CPU ms an item, without the stub; killed once on the way and resumed."""
    data, number = folder / "items.jsonl", args.numbers[-1]
    chance = random.Random(args.seed)
    with data.open("w", encoding="utf-8") as file:
        for i in range(number):
            texts = [f"第{i}题的选项，其内容是第{chance.randrange(10**6)}号" for _ in range(5)]
            item = {"id": f"q{i}", "case_type": "单选题", "question": f"第{i}题，下列哪一项正确？", "option": texts}
            file.write(json.dumps(item | {"answer": chance.choice("ABCDE")}, ensure_ascii=False) + "\n")
    with stub(says="正确答案是：C") as url:
        plan = ["--data", data, "--doctor", "openai:stub", "--base-url", url, "--concurrency", 64]
        took = run(*plan, "--out", folder / "calm", script="eval_qa.py")
        out = folder / "killed"
        process = subprocess.Popen(command(*plan, "--out", out, script="eval_qa.py"))
        while size(out) < size(folder / "calm") // 2:
            time.sleep(0.05)
        process.kill()
        process.wait()
        run("--resume", out, script="eval_qa.py")
    calm, killed = ((folder / name / "scores.jsonl").read_bytes() for name in ("calm", "killed"))
    answers = sum(b'"type":"turn"' in line for line in (out / "journal.jsonl").open("rb"))
    return {
        "items": number,
        "cpu ms an item, start, client, scoring and report included": round(took["cpu"] / number * 1000, 2),
        "peak memory MB": round(took["memory"]),
        "killed halfway and resumed: same scores": calm == killed,
        "answers paid for twice": answers - number,
    }


def faults(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    plan = ["--doctor", "openai:stub", "--timeout", 2, "--concurrency", 64, "--trials", 3, "--cases", *some_cases(40)]
    with stub() as url:
        run(*plan, "--base-url", url, "--out", folder / "calm")
    with stub(fault_rate=args.fault_rate) as url:
        run(*plan, "--base-url", url, "--out", folder / "faulty", "--max-retries", 3)
        with urllib.request.urlopen(url) as reply:
            calls = json.load(reply)
    calm, faulty = ({(s["case"], s["trial"]): s for s in map(json.loads, (folder / name / "scores.jsonl").open())}
                    for name in ("calm", "faulty"))  # fmt: skip
    finished = [key for key, line in faulty.items() if line["stop_reason"] != "failed"]
    return {
        "dialogues": len(faulty),
        "failed": len(faulty) - len(finished),
        "scored otherwise than without faults": sum(faulty[key] != calm[key] for key in finished),
        "failed with a value": sum(
            any(s["value"] is not None for s in line["scores"].values())
            for line in faulty.values()
            if line["stop_reason"] == "failed"
        ),
        "calls": calls,
    }


def main(argv: Sequence[str] | None = None) -> int:
    measures: dict[str, Callable[[argparse.Namespace, Path], dict[str, Any]]] = {
        "parts": parts, "wall": wall, "scale": scale, "kills": kills, "faults": faults,
        "items": items,
    }  # fmt: skip
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measure", choices=list(measures))
    parser.add_argument("--dialogues", type=int, default=500, help="of wall (default 500)")
    parser.add_argument("--latency", type=float, default=2.0, help="of wall, seconds (default 2)")
    parser.add_argument("--concurrency", type=int, default=128, help="of wall (default 128)")
    parser.add_argument("--workers", type=int, nargs="+", default=[1], help="of wall and kills (default 1)")
    parser.add_argument("--alone", type=int, default=10, help="dialogues one at a time, of wall (default 10)")
    parser.add_argument("--numbers", type=int, nargs="+", default=[100, 1000, 10_000], help="dialogues, of scale")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--fault-rate", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        found = {"cores": os.cpu_count(), **measures[args.measure](args, Path(folder))}
    print(json.dumps(found, ensure_ascii=False, indent=2))
    write_json(HERE / "results" / f"engine.{args.measure}.json", found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
