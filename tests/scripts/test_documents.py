"""README.md and docs/: links that lead somewhere, and a README that people read."""

import re
import subprocess
import sys

import pytest
from conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(page):
    """What a '#...' may name: each heading in small letters, blanks as '-', without punctuation."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_a_heading(page):
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or anchor and anchor not in anchors(file):
            broken.append(target)
    assert not broken


def test_the_readme_is_short():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 130
    assert [line for line in lines if len(line) > 100] == []


# Pages that the program writes; options.md and the tables of the others have no other form.
GENERATED = {"methods.md", "options.md", "result_file.md"}


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in GENERATED],
                         ids=lambda page: page.relative_to(ROOT).as_posix())
def test_text_has_lines_of_a_hundred_columns(page):
    text = re.sub(r"^( *)```.*?^\1```$", "", page.read_text(encoding="utf-8"),
                  flags=re.MULTILINE | re.DOTALL)
    assert [line for line in text.splitlines()
            if len(line) > 100 and not line.startswith(("|", "    "))] == []


def test_the_readme_leads_to_every_page():
    linked = set(LINK.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    assert {
        page.relative_to(ROOT).as_posix()
        for page in PAGES[1:]
        if page.parent.name == "docs" and page.name != "index.md"
    } <= linked


def test_the_site_is_built_without_a_warning(tmp_path):
    """mkdocs knows every link, anchor and entry of the navigation."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--strict",
            "--quiet",
            "--site-dir",
            str(tmp_path),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    options = (tmp_path / "options/index.html").read_text(encoding="utf-8")
    assert "never|auto|require</code>" in options and "\\|" not in options
    assert (tmp_path / "stylesheets/site.css").is_file() and "stylesheets/site.css" in options
    pages = {
        page.parent.name: page.read_text(encoding="utf-8")
        for page in tmp_path.glob("**/index.html")
    }
    broken = [
        name
        for name, text in pages.items()
        if re.search(r"<code>(bash|python|text|json)\s|```", text)
    ]
    assert broken == [], "a block of code is not one to mkdocs: is it indented?"
    assert (tmp_path / "analysis.ipynb").is_file(), "the tutorial links to the notebook"
    assert (tmp_path / "tutorial/index.html").is_file() and (
        tmp_path / "reports/scaling/index.html"
    ).is_file()


def test_every_page_is_in_the_navigation():
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    missing = [
        page
        for page in PAGES[1:]
        if f": {page.relative_to(ROOT / 'docs').as_posix()}\n" not in navigation
    ]
    assert missing == []


def test_the_parts_have_one_version():
    version = re.search(r"project\(csm VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
    assert f'__version__ = "{version}"' in (ROOT / "scripts/csm/__init__.py").read_text()
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text()
    assert (ROOT / "CHANGELOG.md").read_text().startswith(f"# Changelog\n\n## {version} ")
