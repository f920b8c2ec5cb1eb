"""Files of items → items: three formats, one reader; what it cannot use is named with its file and line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval.items.item import LETTERS, Item, Line
from eval.items.letters import read_lenient
from eval.items.loosejson import UnreadableError, read_values
from sp_sim.errors import InputError
from sp_sim.record import Language

FORMATS: Mapping[str, Sequence[str]] = {
    "auto": (),
    "unimedical": ("case_type", "question", "answer"),
    "medbench": ("question", "answer", "other"),
    "jsonl": ("id",),
}
"""The formats, and the fields that each item of them must have; ``auto`` takes whatever an item has."""
_TRUE_OR_FALSE = {
    Language.ZH: (("正确", "错误"), re.compile(r"(正确|对|√|是|true|t|yes)|(错误|错|×|否|false|f|no)")),
    Language.EN: (("True", "False"), re.compile(r"(true|t|yes|right|correct)|(false|f|no|wrong|incorrect)")),
}
_INLINE = re.compile(r"(?:^|[\n\s])\(?([A-H])[.、:：)．]\s*", re.MULTILINE)
_SPEAKER = re.compile(r"^\s*(doctor|patient|医生|患者)\s*[:：]\s*", re.IGNORECASE)
_ERRORS_SHOWN = 10


def load_items(paths: Sequence[Path], form: str = "auto") -> tuple[list[Item], list[str]]:
    """The items of some files and folders of ``.json`` and ``.jsonl``, and what was put right or is worth a warning.

    Raises ``InputError`` with file and line of what cannot be used, up to ten of them.
    """
    items: dict[str, Item] = {}
    warnings: list[str] = []
    errors: list[str] = []
    for path in _files(paths):
        try:
            found, mended = read_values(path.read_text("utf-8"))
        except UnreadableError as error:
            errors.append(
                f"{path}:{error.line}: got {error}, expected JSON; only a comma too many or too few is mended"
            )
            continue
        except (OSError, UnicodeDecodeError) as error:
            errors.append(f"{path}: got {error}, expected a UTF-8 file of JSON")
            continue
        warnings += [f"{path}: {what}" for what in mended]
        for value in found:
            try:
                item = _item(value.value, path, value.line, FORMATS[form])
            except _UnusableError as error:
                errors.append(f"{path}:{value.line}: {error}")
                continue
            if item.id in items:
                first = items[item.id]
                errors.append(
                    f"{path}:{value.line}: got the id {item.id!r} of {first.path}:{first.line}, expected its own"
                )
            items[item.id] = item
    if errors:
        more = f"\n… and {len(errors) - _ERRORS_SHOWN} more" if len(errors) > _ERRORS_SHOWN else ""
        raise InputError("\n".join(errors[:_ERRORS_SHOWN]) + more)
    if not items:
        raise InputError(f"{paths[0]}: got no item, expected JSON objects with a question")
    return list(items.values()), warnings


class _UnusableError(ValueError):
    """Why an item cannot be used: got, expected."""


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix.lower() in (".json", ".jsonl"))
        elif path.is_file():
            yield path
        else:
            raise InputError(f"{path}: got no such file or folder, expected items (.json or .jsonl)")


def _item(value: Any, path: Path, line: int, required: Sequence[str]) -> Item:
    if not isinstance(value, dict):
        raise _UnusableError(f"got {type(value).__name__}, expected an object with a question")
    if missing := [name for name in required if name not in value]:
        raise _UnusableError(f"got no {missing[0]}, expected {', '.join(required)}")
    other = _object(value, "other")
    question = _text(value, "question")
    language = _language(value, question)
    made: dict[str, Any] = {
        "id": _text(value, "id") or str(other.get("id") or f"{path.stem}-{line}"),
        "path": path,
        "line": line,
        "case_type": _text(value, "case_type") or str(other.get("source") or ""),
        "department": _text(value, "department"),
        "language": language,
        "stem": _text(value, "stem"),
        "passage": _text(value, "passage"),
        "question": question,
        "key_points": tuple(_texts(value.get("key_points"))),
        "key_values": {str(k): tuple(_texts(v)) for k, v in _object(value, "key_values").items()},
        "record": {str(k): tuple(_texts(v)) for k, v in _object(value, "record").items()},
        "entities": tuple(_texts(value.get("entities"))),
        "consultation": tuple(_recording(_text(value, "consult_process"))),
    }
    if not question and not made["consultation"]:
        raise _UnusableError("got no question and no consult_process, expected one of them")
    if not made["consultation"]:
        made |= _answered(value, question, language)
    try:
        return Item(**made)
    except ValidationError as error:
        problem = error.errors()[0]
        raise _UnusableError(f"got {problem['msg']} at {problem['loc'][0]}, expected an item") from error


def _answered(value: Mapping[str, Any], question: str, language: Language) -> dict[str, Any]:
    """Options and what is right of them, or the answer as a text."""
    options, bare = _options(value.get("option", value.get("options")), question)
    answer = value.get("answer", "")
    if not options and (words := _judged(answer, language)):
        options = words
    if not options:
        text = "\n".join(_texts(answer))
        if not text and not value.get("key_points") and not value.get("key_values"):
            raise _UnusableError("got no answer, expected an answer, key_points or key_values")
        return {"answer": text}
    correct = _correct(answer, options)
    if correct is None:
        shown = f"A to {LETTERS[len(options) - 1]}, or the text of an option"
        raise _UnusableError(f"got the answer {str(answer)[:60]!r}, expected {shown}")
    several = len(correct) > 1 or bool(re.search(r"多选|多项|multiple", _text(value, "case_type"), re.IGNORECASE))
    alarm = frozenset(_index(letter, options) for letter in _texts(value.get("alarm")))
    return {"question": bare, "options": options, "several": several, "correct": correct, "alarm": alarm}


def _options(given: Any, question: str) -> tuple[tuple[str, ...], str]:
    """The texts of the options in the order of their letters, and the question without them."""
    if isinstance(given, dict):
        return tuple(
            str(given[name]).strip() for name in sorted(given, key=lambda name: name.strip().upper())
        ), question
    if isinstance(given, list):
        return tuple(re.sub(r"^\s*[A-H][.、:：)．]\s*", "", str(text)).strip() for text in given), question
    lettered = _inline(str(given)) if given else None
    if lettered:
        return lettered[1], question
    if given:
        raise _UnusableError(f"got the option {str(given)[:60]!r}, expected letters with texts")
    if lettered := _inline(question):
        return lettered[1], lettered[0]
    return (), question


def _inline(text: str) -> tuple[str, tuple[str, ...]] | None:
    """What stands before the options of a text, and the options; None where A, B, … do not follow each other."""
    marks = list(_INLINE.finditer(text))
    if len(marks) < 2 or [mark[1] for mark in marks] != list(LETTERS[: len(marks)]):
        return None
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    options = tuple(text[m.end() : end].strip(" \n;；,，") for m, end in zip(marks, ends, strict=True))
    return text[: marks[0].start()].strip(), options


def _correct(answer: Any, options: Sequence[str]) -> frozenset[int] | None:
    """Indexes of the right options: letters, the texts of options, or a text that states them."""
    given = _texts(answer)
    if not given:
        return None
    letters = re.sub(r"[\s,，、;；/]+", "", unicodedata.normalize("NFKC", "".join(given))).rstrip(".。")
    allowed = LETTERS[: len(options)]
    if letters and set(letters) <= set(allowed):
        return frozenset(allowed.index(letter) for letter in letters)
    folded = [_plain(option) for option in options]
    if all(_plain(text) in folded for text in given):
        return frozenset(folded.index(_plain(text)) for text in given)
    picked = read_lenient("\n".join(given), options, several=True).picked
    return picked or None


def _judged(answer: Any, language: Language) -> tuple[str, ...]:
    """The two options of a statement that is right or wrong; none where the answer is another one."""
    words, pattern = _TRUE_OR_FALSE[language]
    return words if pattern.fullmatch(_plain(str(answer))) else ()


def _index(letter: str, options: Sequence[str]) -> int:
    place = LETTERS.find(letter.strip().upper())
    if not 0 <= place < len(options):
        raise _UnusableError(f"got the letter {letter!r} in alarm, expected one of the options")
    return place


def _recording(text: str) -> Iterator[Line]:
    """The lines of a recorded consultation; a line without a speaker goes on with the one before."""
    lines: list[tuple[str, str]] = []
    for row in filter(str.strip, text.splitlines()):
        if spoken := _SPEAKER.match(row):
            lines.append(
                ("doctor" if spoken[1].lower() in ("doctor", "医生") else "patient", row[spoken.end() :].strip())
            )
        elif lines:
            lines[-1] = (lines[-1][0], f"{lines[-1][1]}\n{row.strip()}")
        else:
            raise _UnusableError(
                f"got the line {row[:40]!r} in consult_process, expected doctor: or patient: before it"
            )
    for speaker, said in lines:
        yield Line(speaker="doctor" if speaker == "doctor" else "patient", text=said)


def _language(value: Mapping[str, Any], question: str) -> Language:
    given = _text(value, "language")
    if given:
        try:
            return Language(given.lower())
        except ValueError as error:
            raise _UnusableError(f"got the language {given!r}, expected zh or en") from error
    everything = question + _text(value, "passage") + _text(value, "consult_process")
    return Language.ZH if re.search(r"[一-鿿]", everything) else Language.EN


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return "" if found is None else str(found).strip()


def _texts(value: Any) -> list[str]:
    """A text or a list of texts, as a list without empty ones."""
    found = value if isinstance(value, list) else [value]
    return [str(one).strip() for one in found if one is not None and str(one).strip()]


def _object(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name) or {}
    if not isinstance(found, dict):
        raise _UnusableError(f"got {type(found).__name__} as {name}, expected an object")
    return found


def _plain(text: str) -> str:
    return re.sub(r"[\s。.,，;；:：!！]+", "", unicodedata.normalize("NFKC", text)).casefold()
