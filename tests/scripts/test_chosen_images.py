"""chosen_images.py: what --where chose, on the page, in figures and in texts."""

import h5py
import pytest
from conftest import write_result
from csm.draw.findings_figure import draw_clusters, draw_differences
from csm.draw.map_figure import draw_map_figure
from csm.draw.region_figure import draw_regions
from csm.findings_file import read_findings_file
from csm.report import write_report
from csm.report.chosen_images import chosen_by_run, chosen_by_test, describe_where
from csm.result import open_result
from report_result import write_report_result
from test_findings_file import write_findings

CHOSEN = "Only images with sex=female and age=20..29"


@pytest.mark.parametrize(("where", "text"), [
    ("sex=female,age=20..29", "sex=female and age=20..29"),
    ("age=20..29, age=40..49,sex=male", "age=20..29 or 40..49 and sex=male"),
    ("all", ""), ("", "")])
def test_conditions_are_written_for_people(where, text):
    assert describe_where(where) == text


def test_the_numbers_are_those_that_the_file_has():
    assert chosen_by_run("sex=female", "all", 1) == "Only images with sex=female: 1 image."
    assert chosen_by_run("sex=female", "40", 30) == (
        "Only images with sex=female, at most 40 of them: 30 images.")
    assert chosen_by_run("all", "40", 30) == ""
    remark = "164 of 204 images of the result are not among those of --where 'sex=female'."
    assert chosen_by_test("csm_test a.h5", ["Persons.", remark]) == (
        "Only images with sex=female: 40 of 204 of the result.")
    for command in ("csm_test a.h5 --where origin=south asia --overwrite",
                    "csm_test a.h5 --where=origin=south asia"):
        assert chosen_by_test(command, []) == "Only images with origin=south asia."
    assert chosen_by_test("csm_test a.h5 --group-by where", []) == ""


def test_page_says_first_which_images_it_is_of(tmp_path):
    path = write_report_result(tmp_path / "some.h5")
    with h5py.File(path, "a") as file:
        file["entry/options/where"] = "sex=female,age=20..29"
    html = write_report(path, tmp_path / "some.html").read_text(encoding="utf-8")
    assert f'<p class="about">{CHOSEN}: 30 images.</p>' in html
    assert f"<li>{CHOSEN}: 30 images. The map is the mean of 29 images" in html
    assert ">Chosen images</span>" in html and ">All images</span>" not in html


def test_figures_and_texts_of_a_result_say_it(tmp_path):
    path = write_result(tmp_path / "some.h5")
    with h5py.File(path, "a") as file:
        file["entry/options/where"] = "sex=female,age=20..29"
    result = open_result(path)
    shown = f"{CHOSEN}: 12 images."
    assert shown in [text.get_text() for part in draw_map_figure(result).subfigs
                     for text in part.texts]
    assert draw_regions(result).axes[0].get_xlabel().endswith(f"\n{shown}")
    assert shown in str(result)


def test_figures_of_findings_say_it(tmp_path):
    tested = write_result(tmp_path / "x.h5")
    path = write_findings(tmp_path / "x.findings.h5", tested)
    with h5py.File(tested, "a") as file:
        file["entry/options/where"] = "sex=female"
        file["entry/inputs/dataset"] = "gone"
        del file["entry/mean_face"]  # of another shape than the findings
    with h5py.File(path, "a") as file:
        file["entry/command"] = "csm_test x.h5 --where age=20..29 --group-by sex"
    found = read_findings_file(path)
    assert found.chosen == "Only images with sex=female: 9 images. Only images with age=20..29."
    assert found.chosen in draw_differences(found).get_supxlabel().replace("\n", " ")
    assert found.chosen in draw_clusters(found).get_suptitle().replace("\n", " ")
