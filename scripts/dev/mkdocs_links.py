"""A hook of mkdocs.yml: links from the pages to files outside of docs/ become plain text, and code
in tables loses the backslashes that other readers of Markdown need before a pipe."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

LINK = re.compile(r"\[([^\[\]]*)\]\(((?:\.\./)+[^)\s]+)\)")
CODE_IN_ROW = re.compile(r"`[^`\n]*`")
ROOT = Path(__file__).resolve().parents[2]


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The page without those links and backslashes. Errors: FileNotFoundError for one that leads nowhere."""
    folder = posixpath.join("docs", posixpath.dirname(page.file.src_uri))

    def plain(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, match[2].partition("#")[0]))
        if path.startswith("docs/"):
            return match[0]
        if not (ROOT / path).exists():
            raise FileNotFoundError(f"{page.file.src_uri} links to {path}, which does not exist")
        return match[1]

    lines = LINK.sub(plain, markdown).split("\n")
    return "\n".join(_plain_pipes(line) if line.startswith("|") else line for line in lines)


def _plain_pipes(row: str) -> str:
    """A row of a table whose code has "|" in the place of "\\|": mkdocs does not split a cell there,
    and would show the backslash."""
    return CODE_IN_ROW.sub(lambda code: code[0].replace("\\|", "|"), row)
