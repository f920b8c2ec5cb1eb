"""Tables as a workbook that Excel and LibreOffice open as what was written: texts stay texts, newlines newlines."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any
from unicodedata import east_asian_width

from sp_sim.errors import StorageError

CELL = 32_767
"""The longest text of a cell in UTF-16 units, by Excel's specification."""

ROWS = 1_048_576
"""The rows of a sheet, by Excel's specification; what is beyond goes on in a further sheet."""

_MEASURED = 200
_NARROW, _WIDE = 8, 60
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_workbook(file: Path, sheets: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Writes a sheet a table, rows with the same columns; a table without rows gets none. Replaces the file as a whole.

    Header rows are frozen and have filters, text is wrapped, columns are as wide as the first rows need. A text is
    never a formula; see ``cell_text`` for what is changed in it. Rows are not kept in memory. Raises ``StorageError``.
    """
    partial = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("wb") as out:
                _write(out, sheets)
            os.replace(partial, file)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{file}: cannot write: {error.strerror or error}") from error


def workbook_as_bytes(sheets: Mapping[str, Iterable[Mapping[str, Any]]]) -> bytes:
    """The content of such a file."""
    out = io.BytesIO()
    _write(out, sheets)
    return out.getvalue()


def _write(out: IO[bytes], sheets: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    try:
        for name, rows in sheets.items():
            remaining = iter(rows)
            for number, first in enumerate(remaining, 1):
                title = name if number == 1 else f"{name} {number}"
                _write_sheet(book, title, islice(chain([first], remaining), ROWS - 1))
        if not book.worksheets:
            book.create_sheet("empty")
        book.save(out)
    except BaseException:
        for sheet in book.worksheets:
            with suppress(Exception):
                sheet.close()
        raise


def _write_sheet(book: Any, title: str, rows: Iterator[Mapping[str, Any]]) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    wrapped, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)

    def cell(value: Any) -> Any:
        if not isinstance(value, str):
            made = WriteOnlyCell(sheet, value)
            if isinstance(value, float):
                made.number_format = "0.000"
        else:
            made = WriteOnlyCell(sheet, cell_text(value))
            made.data_type = "s"  # a text that begins with "=" is not a formula, "#N/A" not an error
        made.alignment = wrapped
        return made

    measured = list(islice(rows, _MEASURED))
    columns = list(measured[0])
    letters = [get_column_letter(i) for i in range(1, len(columns) + 1)]
    for letter, column in zip(letters, columns, strict=True):
        widths = [_width(column) + 3, *(_width(row[column]) + 1 for row in measured)]  # 3: the button of the filter
        sheet.column_dimensions[letter].width = min(max(*widths, _NARROW), _WIDE)
    sheet.freeze_panes = "A2"
    header = [cell(column) for column in columns]
    for made in header:
        made.font = bold
    sheet.append(header)
    count = 1
    for row in chain(measured, rows):
        sheet.append([None if row[column] is None else cell(row[column]) for column in columns])
        count += 1
    sheet.auto_filter.ref = f"A1:{letters[-1]}{count}"


def cell_text(text: str) -> str:
    """A text as a cell can hold it.

    Line ends become newlines, characters that XML cannot hold the replacement character; a text that is longer than
    ``CELL`` is cut, and its end says so.
    """
    text = _ILLEGAL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    units = text.encode("utf-16-le")
    if len(units) <= 2 * CELL:
        return text
    mark = f" … [cut: {len(text):,} characters in all]"
    return units[: 2 * (CELL - len(mark))].decode("utf-16-le", "ignore") + mark


def _width(value: Any) -> int:
    """Columns that the longest line of a value takes; wide characters take two."""
    text = "" if value is None else "0.000" if isinstance(value, float) else str(value)[: 4 * _WIDE]
    return max(sum(2 if east_asian_width(c) in "WF" else 1 for c in line) for line in text.split("\n"))
