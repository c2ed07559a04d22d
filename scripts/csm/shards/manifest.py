"""Reads CSV manifests by the rule of csm_mpi, which is in include/csm/dataset/csv.h;
tests/support/manifests.json has files for both."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from csm.errors import UserError
from csm.shards.image_files import IMAGES

BLANKS = " \t"
WHITE_SPACE = " \t\n\r\f\v"


class InputError(UserError):
    """What the user has to mend."""


@dataclass(frozen=True)
class Row:
    line: int  # of the file, from 1, where the row begins
    cells: list[str]

    def is_blank(self) -> bool:
        return not any(self.cells)


@dataclass
class Manifest:
    """The images of a manifest, as (path relative to its folder, {column: text}), and the lines of
    rows without a path."""

    images: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    unnamed: list[int] = field(default_factory=list)


def read_text(file: Path) -> str:
    """The text, whatever spreadsheet wrote it: UTF-8 or UTF-16 with a byte order mark, line ends
    LF, CRLF or CR."""
    content = file.read_bytes()
    if content.startswith(b"PK\x03\x04"):
        raise InputError(
            f"'{file}' is a workbook or another zip file, not a CSV file. Save the table as 'CSV"
            " UTF-8'."
        )
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = 1 + content[: error.start].count(b"\n")
        raise InputError(
            f"'{file}', line {line} holds bytes that are not {encoding.upper()} (names with accents"
            " would be wrong). Save it as 'CSV UTF-8', or convert it: iconv -f WINDOWS-1252 -t"
            " UTF-8 OLD.csv > NEW.csv"
        ) from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = 1 + text[: text.index("\0")].count("\n")
        raise InputError(f"'{file}', line {line} holds a zero byte. Is it a CSV file?")
    return text


def find_separator(text: str) -> str:
    """The one of comma, semicolon and tab that the first line with text has most of outside quotes;
    a comma if it has none."""
    first_line = re.match(r'(?:"[^"]*"?|[^\n"])*', text.lstrip(" \n")).group()
    unquoted = re.sub(r'"[^"]*"?', "", first_line)
    return max(",;\t", key=unquoted.count)  # the first of equals


class _Reader:
    """Walks over the text once and gives its rows."""

    def __init__(self, file: Path, text: str):
        own = re.match(r"sep=([^\n])(?=\n|$)", text, re.IGNORECASE)
        self.text = (
            text[own.end() :] if own else text
        )  # the empty line stays, so that lines keep their numbers
        self.separator = own.group(1) if own else find_separator(self.text)
        self.plain_cell = re.compile(f"[^{re.escape(self.separator)}\n]*")
        self.file, self.position, self.line = file, 0, 1

    def rows(self):
        while self.position < len(self.text):
            row = Row(self.line, [self._next_cell()])
            while self._here() == self.separator:
                self.position += 1
                row.cells.append(self._next_cell())
            self.position += 1
            self.line += 1
            yield row

    def _here(self) -> str:
        return self.text[self.position : self.position + 1]

    def _at_cell_end(self) -> bool:
        return self._here() in ("", "\n", self.separator)

    def _skip_blanks(self):
        while not self._at_cell_end() and self._here() in BLANKS:
            self.position += 1

    def _next_cell(self) -> str:
        self._skip_blanks()
        if self._here() == '"':
            return self._quoted_cell()
        plain = self.plain_cell.match(self.text, self.position)
        self.position = plain.end()
        cell = plain.group().strip(WHITE_SPACE)
        # Spreadsheets separate by semicolons if a comma separates decimals.
        is_decimal = self.separator == ";" and re.fullmatch(r"[-+]?[0-9]+,[0-9]+", cell)
        return cell.replace(",", ".") if is_decimal else cell

    def _quoted_cell(self) -> str:
        whole = re.compile(r'"([^"]*(?:""[^"]*)*)"').match(self.text, self.position)
        if not whole:
            raise InputError(
                f"'{self.file}', line {self.line}: a quote (\") is opened and never closed."
            )
        self.position = whole.end()
        self.line += whole.group().count("\n")
        self._skip_blanks()
        if not self._at_cell_end():
            raise InputError(
                f"'{self.file}', line {self.line}: text follows a closing quote (\"). Write a"
                ' quote inside quotes as "".'
            )
        return whole.group(1).replace('""', '"')


def read_csv(file: Path) -> tuple[list[str], list[Row]]:
    """The names of the columns and the rows; columns without a name and rows without a value are
    left out."""
    reader = _Reader(file, read_text(file))
    names, named, rows = [], [], []
    for row in reader.rows():
        if row.is_blank():
            continue
        if not names:
            names = row.cells
            named = [i for i, name in enumerate(names) if name]
            double = next((name for name in names if name and names.count(name) > 1), None)
            if double:
                raise InputError(f"'{file}', line {row.line}: two columns are named '{double}'.")
            continue
        cells = row.cells
        while len(cells) > len(names) and not cells[-1]:
            cells.pop()
        if len(cells) != len(names):
            separator = "tab" if reader.separator == "\t" else f"'{reader.separator}'"
            raise InputError(
                f"'{file}', line {row.line} has {len(cells)} cells, but the header names"
                f" {len(names)} columns (they are separated by {separator}). Is a separator"
                " missing, or a text with separators not quoted?"
            )
        kept = Row(row.line, [cells[i] for i in named])
        if not kept.is_blank():
            rows.append(kept)
    if not names:
        raise InputError(f"The CSV file '{file}' is empty.")
    return [names[i] for i in named], rows


def path_of_cell(root: Path, cell: str) -> str:
    """The path that a cell names: backslashes, which Windows writes, are read as slashes if no file
    has them in its name."""
    return cell if "\\" not in cell or (root / cell).exists() else cell.replace("\\", "/")


def _about_missing_path(file: Path, names: list[str], rows: list[Row]) -> str:
    """What to do about a file without the column path: the first column whose cells look like image
    files is likely it."""
    known = f"'{file}' has no column 'path' (its columns are {', '.join(names)})."
    for name, *cells in zip(names, *(row.cells for row in rows), strict=True):
        if any(cell.lower().endswith(tuple(IMAGES.split())) for cell in cells):
            return f"{known} Rename '{name}', which names images, to path."
    return f"{known} Name the images in a column path."


def read_manifest(file: Path) -> Manifest:
    """The images of a CSV file with a column path; empty cells are left out of their columns."""
    names, rows = read_csv(file)
    if "path" not in names:
        raise InputError(_about_missing_path(file, names, rows))
    manifest = Manifest()
    for row in rows:
        columns = dict(zip(names, row.cells, strict=True))
        path = columns.pop("path")
        if path:
            manifest.images.append(
                (
                    path_of_cell(file.parent, path),
                    {name: text for name, text in columns.items() if text},
                )
            )
        else:
            manifest.unnamed.append(row.line)
    return manifest
