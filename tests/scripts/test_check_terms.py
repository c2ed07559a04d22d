"""scripts/dev/check_terms.py finds each term where it is not used, leaves its plain meanings alone,
and the tree has none.
"""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/dev"))
import check_terms  # noqa: E402


def run(root, capsys, path, text):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    code = check_terms.main(["--root", str(root)])
    return code, capsys.readouterr().out


@pytest.mark.parametrize(
    "path, text, fault",
    [
        (
            "src/store/a.cpp",
            "int a;\n/// The file is no result.",
            "src/store/a.cpp:2: 'is no result': say is not a",
        ),
        ("src/store/a.cpp", 'fail("it " + x + " is no number");', "a.cpp:1: 'is no number'"),
        ("src/store/a.cpp", "/* a value\n that lies behind the header */", "a.cpp:2: 'behind'"),
        ("src/store/a.h", "/// The row of an id; none where it is missing.", "'none where'"),
        (
            "src/store/a.h",
            "/// Errors: InputError where the file is damaged.",
            "'InputError where'",
        ),
        (
            "src/store/a.h",
            "// Where the file is damaged, the next one is read.",
            "'// Where the file is damaged,'",
        ),
        ("src/store/a.cpp", "std::string words_of_rank(int rank);", "'words_of_rank'"),
        ("scripts/a.py", 'def main(words=None):\n    """Runs."""\n', "scripts/a.py:1: 'words'"),
        ("scripts/a.py", 'X = 1\n"""One line,\nand its words."""\n', "scripts/a.py:3: 'words'"),
        ("src/store/a.h", "/// What the header says of it.", "'header says'"),
        ("src/store/a.cpp", "say(message);", "'say'"),
        ("docs/a.md", "An id that stands twice.", "docs/a.md:1: 'stands twice'"),
        ("docs/a.md", "Scores of covered copies.", "'covered copies'"),
        ("src/occlusion/a.h", "/// The clean picture.", "'picture'"),
        ("scripts/a.sh", 'run "$x"  # against its rivals', "scripts/a.sh:1: 'rivals'"),
        ("docs/a.md", "Which map is judged?", "'judged'"),
        ("slurm/a.sh", 'log "the signal is handed on"', "'handed on'"),
    ],
)
def test_a_term_is_found(tmp_path, capsys, path, text, fault):
    code, output = run(tmp_path, capsys, path, text)
    assert code == 1 and fault in output and output.endswith("terms: 1 files, 1 faults\n")


@pytest.mark.parametrize("path, text", [
    ("src/store/a.h", "/// There is no file, and it is no longer written."),
    ("src/mesh/a.h", "/// 1 if it is seen from behind."),
    ("src/saliency/a.h", "/// 0 where no image covers the pixel; the face lies where its box is."),
    ("src/mesh/a.h", "/// Where a mesh lies in its image."),
    ("scripts/a.py", "import numpy as np\n\nx = np.where(mask, a, 0)\n"),
    ("scripts/a.py", "def call(factory, keywords):\n    return factory(**keywords)\n"),
    ("src/store/a.h", "/// The picture of the map that a run writes beside its result."),
    ("src/mesh/a.h", '/// Errors: ImageError "the mesh lies outside its photo".'),
    ("docs/a.md", "Use `cut words` and\n\n```\nwords behind\n```\n"),
    ("src/store/a.cpp", '#include "name_of_words.h"\nint a;  // one line of code'),
    ("src/store/a.cpp", 'write("judged");  // terms: allow, a name in files that exist'),
    ("src/store/a.cpp", '// terms: allow, a name in files that exist\nwrite("judged");'),
    ("docs/reports/sanity_checks.md", "The verdicts, a column that users read"),
])
def test_a_plain_meaning_or_an_allowed_line_passes(tmp_path, capsys, path, text):
    code, output = run(tmp_path, capsys, path, text)
    assert code == 0, output


def test_an_allowance_needs_a_reason(tmp_path, capsys):
    assert run(tmp_path, capsys, "src/store/a.cpp", 'write("judged");  // terms: allow')[0] == 1


def test_counts_are_of_checked_and_of_exempt_files(tmp_path, capsys):
    for path in ("docs/reports/sanity_checks.md", "docs/a.md"):
        run(tmp_path, capsys, path, "behind\nbehind")
    assert check_terms.main(["--root", str(tmp_path), "--count"]) == 0
    assert "| behind | 2 | 2 |" in capsys.readouterr().out


def test_every_rule_is_in_the_glossary():
    glossary = (ROOT / "docs/glossary.md").read_text()
    assert not [rule.term for rule in check_terms.RULES if f"| {rule.term} |" not in glossary]


def test_the_tree_has_no_fault(capsys):
    assert check_terms.main([]) == 0, capsys.readouterr().out
