"""A hook of mkdocs.yml: links from the pages to files outside of docs/ become plain text."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

LINK = re.compile(r"\[([^\[\]]*)\]\(((?:\.\./)+[^)\s]+)\)")
ROOT = Path(__file__).resolve().parents[2]


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The page without those links. Errors: FileNotFoundError for one that leads nowhere."""
    folder = posixpath.join("docs", posixpath.dirname(page.file.src_uri))

    def plain(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, match[2].partition("#")[0]))
        if path.startswith("docs/"):
            return match[0]
        if not (ROOT / path).exists():
            raise FileNotFoundError(f"{page.file.src_uri} links to {path}, which does not exist")
        return match[1]

    return LINK.sub(plain, markdown)
