"""Names of groups, columns and classes, and texts of files, as people can read them."""

import re

LONGEST_NAME = 100  # characters; include/csm/core/text.h has the same
_BREAKS = re.compile("[\t-\r\x85\u2028\u2029]+")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """The text on one line, as csm_mpi writes names: line breaks and tabs become a blank, other
    control characters, and those that turn the direction of writing, an escape."""
    return _CONTROLS.sub(lambda found: _escape(ord(found[0])), _BREAKS.sub(" ", text))


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
