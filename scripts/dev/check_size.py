#!/usr/bin/env python3
"""Checks that files and functions are short, and counts how airy the code is.

    scripts/dev/check_size.py [--root DIR]   one line per fault: "file:line: what is too long"; exits with 1 if there is one
    scripts/dev/check_size.py --count        shares of blank and comment lines in bodies, and of tiny files, by stage

A file has at most 400 lines and the body of a function at most 60. The shares are of the C++ code in src and include:
of the lines in bodies over 15 lines those that are blank or a comment, and of the files those of 25 lines or fewer.
"""
import argparse
import ast
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tracked_files import tracked_files

LONGEST_FILE = 400
LONGEST_BODY = 60
LONG_BODY = 15   # bodies over this count for the shares of blank and comment lines
AIRY_BODY = 25   # bodies over this have a blank line and a comment of intent between their steps
TINY_FILE = 25
CPP = {".cpp", ".h"}
SUFFIXES = CPP | {".py", ".sh", ".js"}
CONTAINER = re.compile(r"^(?:inline\s+)?namespace\b|^extern\s*\"|\b(?:class|struct|union|enum)\b(?![^(]*\()")
LITERAL = re.compile(r'R"(\w*)\((?:.|\n)*?\)\1"|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'(?!\w)|//[^\n]*|/\*(?:.|\n)*?\*/')


@dataclass
class Body:
    """What is between the braces of a function, by line numbers from 1; both braces are outside."""

    name: str
    first: int
    last: int

    @property
    def n_lines(self):
        return self.last - self.first + 1


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2], help="the repository")
    parser.add_argument("--count", action="store_true", help="print the shares; nothing is a fault")
    arguments = parser.parse_args(argv)
    paths = tracked_files(arguments.root, SUFFIXES)
    if not paths:
        print(f"{arguments.root}: no source file was found")
        return 1
    if arguments.count:
        print_counts(arguments.root, paths)
        return 0
    faults = [fault for path in paths for fault in faults_of(arguments.root, path)]
    for fault in faults:
        print(fault)
    print(f"size: {len(paths)} files, {len(faults)} faults")
    return 1 if faults else 0


def faults_of(root, path):
    text = (root / path).read_text(encoding="utf-8")
    n_lines = len(text.splitlines())
    if n_lines > LONGEST_FILE:
        yield f"{path}:1: {n_lines} lines: at most {LONGEST_FILE}, split the file"
    for body in bodies_of(text, Path(path).suffix):
        if body.n_lines > LONGEST_BODY:
            yield f"{path}:{body.first}: {body.name} has {body.n_lines} lines: at most {LONGEST_BODY}, split the function"


def bodies_of(text, suffix):
    """The bodies of the outermost functions of a C++ file, or of all functions of a Python file."""
    if suffix in CPP:
        return cpp_bodies(text)
    return python_bodies(text) if suffix == ".py" else []


def python_bodies(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield Body(node.name, node.body[0].lineno, node.end_lineno)


def without_literals(text):
    """The text with blanks in place of comments and literals, so that every brace in it is one of the code."""
    return LITERAL.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def cpp_bodies(text):
    """Reads the code brace by brace: namespaces and classes are entered, functions and initialisers are skipped."""
    code = re.sub(r"^\s*#.*(?:\\\n.*)*$", lambda match: re.sub(r"[^\n]", " ", match.group()), without_literals(text),
                  flags=re.MULTILINE)
    position, begin = 0, 0
    for match in re.finditer(r"[{};]", code):
        if match.start() < position:
            continue
        position = match.end()
        if match.group() == "{":
            header = code[begin:match.start()].strip()
            if not CONTAINER.search(header):
                end = closing_brace(code, match.start())
                position = end + 1
                if not is_function(header):
                    continue  # an initialiser: what follows belongs to the same header
                yield Body(name_of(header), line_at(code, match.start()) + 1, line_at(code, end) - 1)
        begin = position


def is_function(header):
    """Whether a brace after this text begins the body of a function."""
    if "(" not in header:
        return False
    in_list = re.search(r"\)\s*(?:noexcept\s*)?:(?!:)(.*)$", header, re.DOTALL)
    if in_list:
        # In the initialisers of a constructor, "a_{1}" is one and "a_(1) {" begins the body.
        return not re.search(r"[:,]\s*[\w:<>]+$", ":" + in_list.group(1).rstrip()) or header.rstrip()[-1] in ")}"
    before = header[:header.index("(")]
    return "=" not in before or "operator" in before


def closing_brace(code, start):
    depth = 0
    for match in re.finditer(r"[{}]", code[start:]):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return start + match.start()
    return len(code) - 1


def name_of(header):
    match = re.search(r"([\w:~]+(?:\s*operator\W+)?)\s*\(", header)
    return match.group(1) if match else "a function"


def line_at(code, position):
    return code.count("\n", 0, position) + 1


def print_counts(root, paths):
    """A row for each stage: its files, the tiny ones, and the lines in bodies over LONG_BODY lines."""
    rows = defaultdict(lambda: defaultdict(int))
    for path in paths:
        parts = Path(path).parts
        if Path(path).suffix not in CPP or parts[0] not in ("src", "include"):
            continue
        stage = parts[1 if parts[0] == "src" else 2]
        text = (root / path).read_text(encoding="utf-8")
        for key in (stage, "all"):
            count_file(rows[key], text)
    print("| stage | files | of 25 lines or fewer | lines in bodies over 15 | blank | comments | bodies over 25 without a blank line |")
    print("|---|---|---|---|---|---|---|")
    for stage, row in sorted(rows.items(), key=lambda entry: (entry[0] == "all", entry[0])):
        print(f"| {stage} | {row['files']} | {share(row['tiny'], row['files'])} | {row['lines']} | "
              f"{share(row['blank'], row['lines'])} | {share(row['comments'], row['lines'])} | {row['dense']} |")


def count_file(row, text):
    lines = text.splitlines()
    row["files"] += 1
    row["tiny"] += len(lines) <= TINY_FILE
    for body in cpp_bodies(text):
        inner = [line.strip() for line in lines[body.first - 1:body.last]]
        if len(inner) > LONG_BODY:
            row["lines"] += len(inner)
            row["blank"] += sum(not line for line in inner)
            row["comments"] += sum(line.startswith("//") for line in inner)
        row["dense"] += len(inner) > AIRY_BODY and all(inner)


def share(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "-"


if __name__ == "__main__":
    sys.exit(main())
