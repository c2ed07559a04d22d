#!/usr/bin/env python3
"""Checks that comments, messages, documents and names use the terms of docs/glossary.md.

    scripts/dev/check_terms.py [--root DIR]   one line per fault: "file:line: 'term': what to say"; exits with 1 if any
    scripts/dev/check_terms.py --count        how often each term is used, in the files checked and in the exempt ones

A line that needs a term is left alone if it, or a comment on the line before it, has "terms: allow, REASON".
"""
import argparse
import io
import re
import sys
import tokenize
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tracked_files import tracked_files

# Files that another step moves or replaces; their terms follow then.
EXEMPT = {
    r"scripts/research/(sanity_checks|study/(sanity_\w+|network_plan))\.py$|docs/reports/sanity_checks\.md$|tests/\w+/test_sanity_checks\.py$":
        "verdicts.csv and its columns are names that users read",
    r"scripts/dev/check_terms\.py$|tests/scripts/test_check_terms\.py$|docs/glossary\.md$": "they list the terms",
    r"CHANGELOG\.md$": "is history",
}
STAGES_OF_IMAGES = r"(src|include/csm|tests/unit)/(core|occlusion|model|mesh|dataset|study|saliency)/"


@dataclass(frozen=True)
class Rule:
    """A term that is not used. `prose` is looked for in comments, strings and documents, `name` in identifiers."""

    term: str
    say: str
    prose: str = ""
    name: str = ""
    only: str = ""            # a pattern of paths; all, if empty
    comments_only: bool = False


RULES = [
    Rule("is no", "is not a", r"(?<!here )\b(?:is|are|was|were) no (?!more\b|less\b|longer\b|other\b)\w+"),
    Rule("behind", "after, or the place of what follows", r"(?<!from )(?<!left )\bbehind\b"),
    Rule("where", "if or when, for a condition; where is for a place",
         r"\b(?:[Nn]one|[Ee]mpty|[Nn]othing|null|nullopt|false|true|\w+Error|[Tt]hrows|[Rr]aises|[Rr]efused?|[Ff]ails) where\b"
         r"|\b[Ww]here (?:there (?:is|are)|it is (?:given|missing|known|there)|none)\b"
         r"|(?:^\W*|[.] )Where (?:a|an|the|no|its|it) [^.?:;]*, "),
    Rule("word", "key, name, text, label, message or argument",
         r"\b[Ww]ords?\b", r"\b\w*(?<![Kk]ey)[Ww]ords?\w*\b"),
    Rule("say, tell", "is, has, names, describes, reports: a document or function does not speak",
         r"\b(?:file|contract|header|option|function|result|report|manifest|graph|driver|README|remark|table|test|comment"
         r"|ending|column|program|docs?|md)s? (?:says?|said|tells?|told|speaks?)\b|\b(?:and|it|that) says (?:so|which|why)\b",
         r"\b(?:say|speak|tell|told|said)(?=\()|\b\w*_in_words\b"),
    Rule("stand", "is, means, is used as, is listed",
         r"\bstands? (?:for|in|on|twice|beside|there|here|below|above|before)\b"),
    Rule("cover", "occlude; cover is for the pixels that a map or a mesh has",
         r"\b(?:un)?covered (?:cop(?:y|ies)|images?|inputs?)\b|\bcover(?:s|ed|ing)? (?:the face|a part|patches)\b",
         r"\bcover_(?:batch|patch)\w*\b|\bcovered_(?:input|embedding|logit|confidence)s?\b"),
    Rule("picture, photo", "image, or input for what the network gets", r"\b(?:[Pp]icture|[Pp]hoto)s?\b",
         only=STAGES_OF_IMAGES, comments_only=True),
    Rule("rival", "baseline", r"\b[Rr]ivals?\b", r"\b\w*[Rr]ivals?\w*\b"),
    Rule("judge, verdict", "evaluate, evaluation", r"\b(?:[Jj]udg(?:e|es|ed|ing)|[Vv]erdicts?)\b",
         r"\b\w*(?:[Jj]udge|[Jj]udging|[Vv]erdict)\w*\b"),
    Rule("hand on", "forward (a signal), pass on (a value)", r"\bhand(?:s|ed|ing)? on\b"),
]
ALLOW = re.compile(r"\bterms: allow, \w")
SUFFIXES = {".cpp", ".h", ".py", ".md", ".sh", ".cmake", ".cfg", ".txt", ".js"}


@dataclass
class Line:
    """What a line holds: its comments, its strings (with the text of a document), and the code without them."""

    comment: str = ""
    string: str = ""
    code: str = ""


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--count", action="store_true")
    arguments = parser.parse_args(argv)
    checked, exempt = Counter(), Counter()
    n_files = 0
    for path in tracked_files(arguments.root, SUFFIXES):
        is_exempt = any(re.search(pattern, path) for pattern in EXEMPT)
        n_files += not is_exempt
        if is_exempt and not arguments.count:
            continue
        for number, rule, found in faults((arguments.root / path).read_text(encoding="utf-8"), path):
            (exempt if is_exempt else checked)[rule.term] += 1
            if not arguments.count:
                print(f"{path}:{number}: '{found}': say {rule.say}")
    if arguments.count:
        print("| term | checked files | exempt files |\n|---|---|---|")
        for rule in RULES:
            print(f"| {rule.term} | {checked[rule.term]} | {exempt[rule.term]} |")
        return 0
    print(f"terms: {n_files} files, {sum(checked.values())} faults")
    return 1 if checked else 0


def faults(text, path):
    """Yields (line number, rule, what was found). @param path decides the language and the rules that hold"""
    raw = text.splitlines()
    for number, line in enumerate(lines_of(text, Path(path)), start=1):
        before = raw[number - 2].strip() if number > 1 else ""
        if ALLOW.search(raw[number - 1]) or (before.startswith(("//", "#")) and ALLOW.search(before)):
            continue
        for rule in RULES:
            if rule.only and not re.search(rule.only, path):
                continue
            # A comment may quote a message.
            prose = [re.sub(r'"[^"]*"', "", line.comment)] if rule.comments_only else [line.comment, line.string]
            if rule.prose:
                for part in prose:
                    yield from ((number, rule, match.group().strip()) for match in re.finditer(rule.prose, part))
            if rule.name:
                yield from ((number, rule, match.group()) for match in re.finditer(rule.name, line.code)
                            if not is_member(match.group(), path))


def is_member(name, path):
    """Whether a name in C++ is that of Result::words or FileKind::words."""
    return name in ("word", "words") and path.endswith((".cpp", ".h", "CMakeLists.txt"))


def lines_of(text, path):
    """A Line for every line of the text."""
    if path.suffix == ".md":
        return list(markdown_lines(text))
    if path.suffix == ".py":
        return python_lines(text)
    if path.suffix in (".cpp", ".h", ".js"):
        return list(cpp_lines(text))
    return list(shell_lines(text))


def markdown_lines(text):
    """The text outside code blocks and `code`."""
    is_code = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            is_code = not is_code
            yield Line()
        else:
            yield Line() if is_code else Line(string=re.sub(r"`[^`]*`", "``", line))


def cpp_lines(text):
    """Comments and strings; what an #include names is code."""
    in_block = False
    token = re.compile(r'//.*|/\*|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'')
    for line in text.splitlines():
        found, position = Line(), 0
        while position < len(line):
            if in_block:
                end = line.find("*/", position)
                found.comment += line[position:] if end < 0 else line[position:end]
                in_block, position = end < 0, len(line) if end < 0 else end + 2
                continue
            match = token.search(line, position)
            found.code += line[position:match.start() if match else len(line)]
            if not match:
                break
            position = match.end()
            if match.group().startswith("//"):
                found.comment += match.group()
            elif match.group() == "/*":
                in_block = True
            elif not line.lstrip().startswith("#"):
                found.string += match.group() + " "
        yield found


def python_lines(text):
    """Comments and strings by Python's own tokens."""
    raw = text.splitlines()
    found = [Line(code=line) for line in raw]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        if kind != "COMMENT" and kind != "STRING" and not kind.startswith("FSTRING"):
            continue
        for row in range(token.start[0], token.end[0] + 1):
            begin = token.start[1] if row == token.start[0] else 0
            end = token.end[1] if row == token.end[0] else len(raw[row - 1])
            line = found[row - 1]
            part = raw[row - 1][begin:end]
            if kind == "COMMENT":
                line.comment += part
            else:
                line.string += part + " "
            line.code = line.code[:begin] + " " * (end - begin) + line.code[end:]
    return found


def shell_lines(text):
    """Comments, and strings in double quotes; also of CMake and job files."""
    for line in text.splitlines():
        match = re.search(r"(?:^|\s)#(.*)", line)
        code = line[:match.start()] if match else line
        yield Line(comment=match.group(1) if match else "", string=" ".join(re.findall(r'"[^"]*"', code)),
                   code=re.sub(r'"[^"]*"', "", code))


if __name__ == "__main__":
    sys.exit(main())
