"""scripts/dev/check_size.py finds long files and functions, and counts blank and comment lines in
bodies.
"""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/dev"))
import check_size  # noqa: E402


def bodies(text, suffix=".cpp"):
    return [(body.name, body.first, body.last) for body in check_size.bodies_of(text, suffix)]


def run(root, capsys, *arguments):
    code = check_size.main(["--root", str(root), *arguments])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("text, found", [
    ("int f(int a) {\n  return a;\n}\n", [("f", 2, 2)]),
    ("namespace csm {\nnamespace {\nint f() {\n  if (true) {\n  }\n}\n}\n}\n", [("f", 4, 5)]),
    ("struct A {\n  int b = 1;\n  int g() const {\n    return b;\n  }\n};\n", [("g", 4, 4)]),
    ("A::A(int b)\n    : b_{b},\n      c_(2) {\n  run();\n}\n", [("A::A", 4, 4)]),
    ("A::A() : b_{1}, c_{2} {\n  run();\n}\nint f() {\n}\n", [("A::A", 2, 2), ("f", 5, 4)]),
    ("const int table[] = {\n  f(1),\n  g(2)};\nint f() {\n  return 1;\n}\n", [("f", 5, 5)]),
    ('void f() {\n  say("}");  // }\n  char c = \'{\';\n}\n', [("f", 2, 3)]),
    ("enum class Half {\n  first,\n  second\n};\n", []),
    ("#define OPEN(a) {\nint f() {\n  return 1;\n}\n", [("f", 3, 3)]),
    ("class A final : public B {\n public:\n  ~A() {\n    end();\n  }\n};\n", [("~A", 4, 4)]),
])
def test_the_bodies_of_functions_are_found(text, found):
    assert bodies(text) == found


def test_python_functions_are_found_inside_others_too():
    assert bodies("def f():\n    def g():\n        return 1\n    return g\n", ".py") == [
        ("f", 2, 4),
        ("g", 3, 3),
    ]


@pytest.mark.parametrize("n_lines, is_fault", [(60, False), (61, True)])
def test_a_function_has_at_most_60_lines(tmp_path, capsys, n_lines, is_fault):
    (tmp_path / "a.cpp").write_text("int f() {\n" + "  ++n;\n" * n_lines + "}\n")
    code, output = run(tmp_path, capsys)
    assert code == is_fault
    assert ("a.cpp:2: f has 61 lines" in output) == is_fault


@pytest.mark.parametrize(
    "name, n_lines, is_fault",
    [("a.py", 400, False), ("a.py", 401, True), ("a.h", 401, True), ("a.json", 401, False)],
)
def test_a_file_has_at_most_400_lines(tmp_path, capsys, name, n_lines, is_fault):
    (tmp_path / name).write_text("\n" * n_lines)
    (tmp_path / "short.sh").write_text("true\n")
    code, output = run(tmp_path, capsys)
    assert code == is_fault
    assert (f"{name}:1: 401 lines" in output) == is_fault


def test_the_shares_count_bodies_over_15_lines_and_files_up_to_25(tmp_path, capsys):
    long_body = "  // Why.\n\n" + "  ++n;\n" * 18
    (tmp_path / "src/run").mkdir(parents=True)
    (tmp_path / "src/run/a.cpp").write_text(
        "void f() {\n" + long_body + "}\n\nvoid g() {\n" + "  ++n;\n" * 15 + "}\n"
    )
    (tmp_path / "src/run/b.h").write_text("int n;\n")
    code, output = run(tmp_path, capsys, "--count")
    assert code == 0
    assert "| run | 2 | 50.0 % | 20 | 5.0 % | 5.0 % | 0 |" in output


def test_an_empty_tree_is_not_a_success(tmp_path, capsys):
    assert run(tmp_path, capsys)[0] == 1
