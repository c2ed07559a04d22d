"""The tables of the planted cues, from findings that are written by hand."""

from dataclasses import dataclass

import pytest
from study.cue_tables import Finding, Learnt, report, table_of_alarms, table_of_methods, unit_of
from study.program import StudyError, keep_to, make_folder
from study.region_scores import Alarm, Score


@dataclass(frozen=True)
class Case:
    cue: str | None
    strength: float
    seed: int


def finding(cue, method="csm", region="chin", p=0.01, n_cues=90, strength=1.0, of_marked=None):
    found = Score(0.5, 0.1, 0.1, 2, True, 30, 100, Alarm(region, p))
    return Finding(
        Case(cue, strength, 1),
        method,
        Learnt(80, n_cues, 100),
        found,
        of_marked,
        {3: 0.25, 10: 1.0} if cue else {},
    )


def cells(text):
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]


def test_alarms_are_right_wrong_or_false():
    findings = [
        finding("chin_spot"),
        finding("cheek_tint"),
        finding("glasses", region="right_eye+left_eye"),
        finding("brow_blur", p=0.2),
        finding(
            "chin_spot", n_cues=55, strength=0.7
        ),  # 45 % to 64 % of the cues told: not learnt, so it does not count
        finding(None, region="nose"),
        finding(None, region="mouth", p=0.06),
    ]
    assert cells(table_of_alarms(findings))[2] == [
        "csm",
        "2 of 4",
        "1",
        "1 of 2 (nose)",
        "0 of 0",
        "0",
        "0 of 0",
    ]


def test_what_was_not_learnt_stands_in_brackets():
    findings = [
        finding("chin_spot"),
        finding("chin_spot", strength=0.7, n_cues=55),
        finding("chin_spot", "rise"),
    ]
    assert cells(table_of_methods(findings, lambda f: str(f.score.rank))) == [
        ["method", "chin_spot 100 %", "chin_spot 70 %"],
        ["---"] * 3,
        ["csm", "2", "(2)"],
        ["rise", "2", "-"],
    ]


def test_the_report_holds_every_table():
    text = report([finding("chin_spot"), finding(None)])
    assert text.count("## ") == 6
    assert (
        "| chin_spot | 100 % | 1 | 80 % (71-87) | 90 % (83-94) | 0.50 ± 0.10 | 5.0 | 2 | 30 % "
        "(22-40) | chin | - | - |"
        in text
    )
    assert "| chin_spot | 100 % | 1 | 25 % | 100 % |" in text


def test_views_of_a_photograph_are_one_unit():
    assert unit_of("plain/anna_mirrored.png") == unit_of("chin_spot/anna.png") == "anna"


def test_a_folder_keeps_to_its_options(tmp_path):
    keep_to(tmp_path / "new", limit=16, seed=1)
    keep_to(tmp_path / "new", limit=16, seed=1)
    with pytest.raises(StudyError, match="limit is 20 here and 16 there"):
        keep_to(tmp_path / "new", limit=20, seed=1)


def test_a_folder_appears_whole_or_not_at_all(tmp_path):
    def write(folder, is_stopped):
        (folder / "one").touch()
        if is_stopped:
            raise KeyboardInterrupt
        (folder / "two").touch()

    path = tmp_path / "new" / "meshes"
    with pytest.raises(KeyboardInterrupt):
        make_folder(path, lambda folder: write(folder, True))
    assert not path.exists()
    make_folder(path, lambda folder: write(folder, False))
    make_folder(path, lambda folder: pytest.fail("a folder that is there is made again"))
    assert sorted(p.name for p in path.iterdir()) == ["one", "two"]
    assert [p.name for p in path.parent.iterdir()] == ["meshes"]
