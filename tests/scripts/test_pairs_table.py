"""study/pairs_table.py: pairs by kind, however the CSV writes them."""

import pytest
from study.pairs_table import read_pairs_by_kind
from study.program import StudyError


def write(folder, answers):
    lines = ["path_a,path_b,same_person"] + [
        f"a{i},b{i},{a}" for i, a in enumerate(answers)
    ]
    (folder / "pairs.csv").write_text("\n".join(lines) + "\n")
    return folder / "pairs.csv"


@pytest.mark.parametrize(
    "answers", (("1", "0", "1"), ("true", "False", "TRUE"), ("same", "no", "yes"))
)
def test_pairs_are_told_apart_however_they_are_marked(tmp_path, answers):
    same, different = read_pairs_by_kind(write(tmp_path, answers))
    assert [row["path_a"] for row in same] == ["a0", "a2"]
    assert [row["path_a"] for row in different] == ["a1"]


def test_what_is_no_pair_of_either_kind_is_named(tmp_path):
    with pytest.raises(StudyError, match="row 3: same_person is 'maybe'"):
        read_pairs_by_kind(write(tmp_path, ("1", "maybe")))
    with pytest.raises(StudyError, match="2 pairs of one person and 0 of two"):
        read_pairs_by_kind(write(tmp_path, ("1", "1")))
    (tmp_path / "pairs.csv").write_text("first,second\na,b\n")
    with pytest.raises(StudyError, match="lacks a column"):
        read_pairs_by_kind(tmp_path / "pairs.csv")
