"""pair_facts.py, and figures with it: whom a pair compares, where, and what could be found."""

import h5py
import numpy as np
import pytest
from csm.draw.findings_figure import draw_differences
from csm.draw.map_figure import HATCH_NOTE, draw_map_figure
from csm.draw.pair_facts import PairFacts, advise_permutations, describe_persons, read_pair_facts
from csm.findings_file import read_findings_file
from csm.result import open_result
from csm.result_file import ResultError
from report_result import add_findings, write_report_result
from test_findings_file import SIDE, write_findings

LEFT = np.arange(SIDE) < SIDE // 2


@pytest.fixture
def path(tmp_path):
    """A file of csm_test with one pair, whose tested result is gone."""
    found = write_findings(tmp_path / "x.findings.h5", "gone.h5")
    change(found, n_persons=[151, 1437], share_tested=1.0, n_permutations=199, smallest_p=1e-9)
    return found


def change(path, pair="findings/sex/f_m", **values):
    with h5py.File(path, "a") as file:
        group = file[f"entry/{pair}"]
        for name, value in values.items():
            if name in group:
                del group[name]
            group[name] = value


def title_and_note(path):
    figure = draw_differences(read_findings_file(path))
    return figure.axes[0].get_title().split("\n"), figure.get_supxlabel().replace("\n", " ")


def drawn(path):
    """(SIDE x SIDE x 4) the first map, RGBA."""
    return np.asarray(draw_differences(read_findings_file(path)).axes[0].images[0].get_array())


def test_the_title_names_persons_and_the_part_of_the_face(path):
    title, _ = title_and_note(path)
    assert title == [
        "sex: f \N{MINUS SIGN} m (151 and 1,437 persons)", "outlined: beyond chance, p = 0.01"]
    change(path, share_tested=0.57)
    title, _ = title_and_note(path)
    assert title[1:] == ["outlined: beyond chance, p = 0.01", "tested on 57 % of the face"]
    change(path, share_tested=0.996)
    assert len(title_and_note(path)[0]) == 2


def test_cases_that_are_no_persons_have_their_own_name(path):
    change(path, "findings/sex", exchange_by="image")
    assert title_and_note(path)[0][0].endswith("(151 and 1,437 images)")
    with h5py.File(path, "a") as file:
        file["entry/findings/sex/performance/n_same"] = [4, 0]
    assert title_and_note(path)[0][0].endswith("(151 and 1,437 pairs)")
    change(path, exchange="signs")
    assert title_and_note(path)[0][0].endswith("(within 151 persons)")
    assert describe_persons(PairFacts()) == ""


@pytest.mark.parametrize("has_face", [False, True])
def test_places_that_could_not_be_tested_are_hatched(path, has_face):
    if has_face:
        with h5py.File(path.parent / "gone.h5", "w") as file:
            face = np.full((SIDE, SIDE, 3), 200, "u1")
            face[0] = 0  # outside of the face
            file["entry/mean_face/mean_face"] = face
    else:  # the places of the face are those with a mean
        mean = np.ones((SIDE, SIDE))
        mean[0] = np.nan
        with h5py.File(path, "a") as file:
            file["entry/intervals/mean"] = mean
    with h5py.File(path, "a") as file:
        pair = file["entry/findings/sex/f_m"]
        pair["difference"][...] = 1  # so that the scale stays
        pair["difference"][0], pair["p_tfce"][0] = np.nan, np.nan
    whole = drawn(path)
    assert HATCH_NOTE not in title_and_note(path)[1]

    with h5py.File(path, "a") as file:
        pair = file["entry/findings/sex/f_m"]
        for name in ("difference", "p_tfce"):
            pair[name][...] = np.where(LEFT, np.nan, pair[name][()])
    part = drawn(path)
    assert HATCH_NOTE in title_and_note(path)[1]
    assert (part[0, :, 3] == 0).all() and (part[1:, :, 3] == 1).all()
    np.testing.assert_array_equal(part[1:, ~LEFT], whole[1:, ~LEFT])
    # Stripes of two greys, which nothing pale is.
    hatched = part[1:, LEFT, :3]
    assert np.ptp(hatched, axis=2).max() < 1e-6
    dark, light = np.unique(hatched.round(6))
    assert dark < 0.7 and light - dark > 0.2


def test_the_surer_group_has_a_unit_and_a_standard_error(path):
    with h5py.File(path, "a") as file:
        group = file.create_group("entry/findings/sex/performance")
        group["name"], group["n_persons"] = ["m", "f"], [30, 30]
        group["mean_confidence"], group["confidence_error"] = [4.0, 2.0], [0.1, 0.1]
        group["mean_confidence"].attrs["units"] = "log odds"
    text = "surer on m: 4.00 ± 0.10 against 2.00 ± 0.10 log odds (mean ± standard error)"
    title, _ = title_and_note(path)
    assert " ".join(title[2:]) == text
    assert max(len(line) for line in title) <= 48
    with h5py.File(path, "a") as file:
        file["entry/findings/sex/performance/mean_confidence"].attrs["units"] = "1"
    assert " ".join(title_and_note(path)[0][2:]) == text.replace(" log odds", "")


def test_so_few_exchanges_find_no_difference(path):
    change(path, p_holm=0.5, n_permutations=1, share_tested=0.8)
    title, note = title_and_note(path)
    assert title[1:] == [
        "too few exchanges to find a difference: p \N{GREATER-THAN OR EQUAL TO} 0.5",
        "tested on 80 % of the face"]
    assert ("From 1 random exchange p is at least 0.5, so that no difference can be found. "
            "Give --permutations 19 or more.") in note
    for n, is_few in ((18, True), (19, False)):
        change(path, n_permutations=n)
        title, note = title_and_note(path)
        assert title[1].startswith("too few") == is_few
        assert ("--permutations" in note) == is_few
    assert title[1] == "not beyond chance, p = 0.5"


def test_so_few_persons_find_no_difference_with_any_exchanges(path):
    change(path, p_holm=0.5, n_permutations=1, smallest_p=0.1)
    title, note = title_and_note(path)
    assert title[1] == "too few persons to find a difference: p \N{GREATER-THAN OR EQUAL TO} 0.5"
    assert "--permutations" not in note


def test_p_is_corrected_for_all_comparisons_of_the_file(path):
    with h5py.File(path, "a") as file:
        column = file.create_group("entry/findings/age")
        column["column"], column["omnibus_p"] = "age", 1.0
        for names in ("ab", "ac", "bc"):
            file.copy("entry/findings/sex/f_m", column, names)
            column[names]["names"][...] = list(names)
    facts = read_pair_facts(path)
    assert [names for _, names in facts] == [("a", "b"), ("a", "c"), ("b", "c"), ("f", "m")]
    # Three pairs of age and their test together, and one pair of sex.
    assert {one.n_comparisons for one in facts.values()} == {5}
    few = PairFacts(n_permutations=98, n_comparisons=5)
    assert few.few == "exchanges"
    assert few.lowest_p == pytest.approx(5 / 99)
    assert advise_permutations([few]) == (
        "From 98 random exchanges p, corrected for 5 comparisons, is at least 0.051, so that no "
        "difference can be found. Give --permutations 99 or more.")
    for n in range(1, 100):  # .05 itself counts
        assert PairFacts(n_permutations=20 * n - 1, n_comparisons=n).few == ""


def test_a_damaged_file_is_named(path):
    change(path, share_tested="most")
    with pytest.raises(ResultError, match="x.findings.h5"):
        draw_differences(read_findings_file(path))


def test_the_difference_in_the_figure_of_a_result_says_the_same(tmp_path):
    path = add_findings(write_report_result(tmp_path / "run.h5"))
    change(path, "findings/gender/female_male", p_holm=0.5, n_permutations=1)
    assert "too few exchanges: p \N{GREATER-THAN OR EQUAL TO} 0.5" in texts_of(path)
    assert HATCH_NOTE not in texts_of(path)
    with h5py.File(path, "a") as file:
        file["entry/findings/gender/female_male/p_tfce"][5:12] = np.nan
    assert HATCH_NOTE in texts_of(path)


def texts_of(path):
    """All captions of the tiles and the notes of the figure of a result."""
    figure = draw_map_figure(open_result(path))
    titles = [axis.get_title(loc="right") for axis in figure.axes]
    notes = [text.get_text() for part in figure.subfigs for text in part.texts]
    return " ".join([*titles, *notes]).replace("\n", " ")
