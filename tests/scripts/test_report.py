"""The report of a result, as far as Python makes it: texts, numbers, packed maps, the file."""

import base64
import re
import zlib

import h5py
import numpy as np
import pytest
from conftest import ROOT
from report_result import add_findings, add_intervals, write_report_result
from csm.draw.map_figure import fading_errors
from csm.draw.region_figure import draw_regions
from csm.result import open_result
from csm.result_schema import find_faults
from markupsafe import escape
from scipy import stats

from csm.report import ReportError, write_report
from csm.report.finding_tables import finding_tables
from csm.report.number_text import interval_text, number_with_error, readable_number, round_ticks
from csm.report.pack_maps import pack_values
from csm.report.read_result import read_page_input
from csm.report.sentences import (
    accuracy_sentence,
    finding_sentences,
    group_sentence,
    lead_sentences,
    model_sentences,
    region_sentence,
    share_apart,
    strongest_regions,
)
from csm.report.student import interval_factor, tail_shares
from csm.report.tables import faithfulness_tables
from csm.report.views import MOST_GROUPS, make_views, pack_views


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return write_report_result(tmp_path_factory.mktemp("report") / "full.h5")


@pytest.fixture(scope="module")
def result(path):
    return read_page_input(path)


@pytest.fixture(scope="module")
def html(path):
    return write_report(path, path.with_suffix(".html")).read_text(encoding="utf-8")


def test_the_strongest_region_of_a_map_below_zero_is_the_lowest(tmp_path):
    path = write_report_result(tmp_path / "negative.h5")
    with h5py.File(path, "r+") as file:
        regions = file["entry/regions"]
        regions["mean"][:] = -np.abs(regions["mean"][:])
        file.pop("entry/intervals", None)
    text = region_sentence(read_page_input(path))
    assert text.startswith(
        "The strongest region is the nose: drop of the log odds \N{MINUS SIGN}0.50"
    )
    assert "(negative: the network is surer where it is occluded)" in text


def test_synthetic_result_is_on_the_schema(path):
    with h5py.File(path) as file:
        assert find_faults(file) == []


def test_numbers_are_written_for_people():
    assert readable_number(0.12345) == "0.1235"
    assert readable_number(-1234567.0) == "−1.235e+06"
    assert readable_number(float("nan")) == "unknown"
    assert number_with_error(0.5312, 0.0779) == "0.531 ± 0.078"
    assert interval_text(-0.0512, 0.4) == "−0.05 to 0.40"
    assert round_ticks(-0.1, 0.25, 4) == pytest.approx([-0.1, 0, 0.1, 0.2])


@pytest.mark.parametrize("n", [2, 3, 5, 30, 400])
def test_interval_factor_is_students_quantile(n):
    assert interval_factor(n) == pytest.approx(stats.t.ppf(0.975, n - 1), rel=1e-9)


def test_tail_shares_are_those_of_students_distribution():
    degrees = np.array([1, 3.7, 12, 250])
    assert tail_shares(degrees, 3) == pytest.approx(2 * stats.t.sf(3, degrees), rel=1e-9)


@pytest.mark.parametrize("stride", [1, 2])
def test_packed_map_comes_back_within_half_a_step(stride):
    values = np.random.default_rng(1).normal(size=(7, 5)).astype("f4")
    values[2, 3] = np.nan
    packed = pack_values(values, stride)
    kept = values[stride // 2::stride, stride // 2::stride]
    n = kept.size
    planes = np.frombuffer(zlib.decompress(base64.b64decode(packed["data"])), "u1")
    steps = (planes[:n].astype("u2") | planes[n:].astype("u2") << 8).reshape(packed["shape"])
    steps = np.cumsum(np.cumsum(steps, axis=0, dtype="u2"), axis=1, dtype="u2").view("i2")
    found = np.where(steps == -32768, np.nan, steps * packed["step"])
    assert packed["shape"] == list(kept.shape)
    np.testing.assert_allclose(found, kept, atol=packed["step"] / 2 * 1.001)


def test_lead_names_the_numbers_of_the_file(result):
    text = " ".join(lead_sentences(result))
    assert "mean of 29 images; 1 of 30 could not be used" in text
    assert "strongest region is the nose: drop of the log odds 0.50 ± 0.10" in text
    assert "r = 0.95" in text and "the map is settled" in text
    assert "right for 20 of 29 images with a label" in text
    cms = result.cms
    seen = cms.count > 0
    holds = np.abs(cms.mean[seen]) <= stats.t.ppf(0.975, 28) * cms.errors[seen]
    assert f"On {100 * holds.mean():.2g} % of the face" in text


def test_chance_is_not_called_a_difference(result):
    found, by_chance = share_apart(result)
    assert 0 < by_chance < found < 1
    assert "not a test" in group_sentence(result) and "chance alone" in group_sentence(result)


def test_the_intervals_of_the_file_take_the_place_of_students(path, tmp_path):
    copy = tmp_path / "intervals.h5"
    copy.write_bytes(path.read_bytes())
    result = read_page_input(add_intervals(copy))
    text = " ".join(lead_sentences(result))
    assert "0.54 ± 0.20 over 12 persons, 95 % interval 0.11 to 0.97; then" in text
    assert "mean of 29 images of 12 persons, each image counting alike" in text
    assert "On 50 % of the face." in text and "how far other persons' images" in text
    assert "right for 20 of 29 images of 12 persons with a label" in text
    del result.classification["n_persons"]
    assert "(over images: too narrow, since persons have several)" in accuracy_sentence(result)
    assert result.warnings == []
    size = result.cms.mean.shape[1]
    overall = pack_views(make_views(result), size)[0]
    assert overall["arrays"]["half_width"]["stride"] == 4
    assert overall["arrays"]["mean"]["stride"] == 1


def test_a_mean_lies_in_its_interval_and_a_map_of_few_persons_is_named(path, tmp_path):
    copy = tmp_path / "intervals.h5"
    copy.write_bytes(path.read_bytes())
    add_intervals(copy)
    with h5py.File(copy, "a") as file:
        file["entry/regions/mean"][:2] = [0.05, 1.5]  # over images: beyond both intervals
    rows = strongest_regions(read_page_input(copy))
    assert [(row["key"], row["mean"], row["error"]) for row in rows] == [
        ("nose", 0.54, 0.2), ("chin", 0.2, 0.1)]
    assert all(row["low"] <= row["mean"] <= row["high"] for row in rows)
    html = write_report(copy, tmp_path / "few.html").read_text(encoding="utf-8")
    assert "the chin has 1.5 over images, but 0.2 over persons" in html
    assert html.count("Its intervals are over images: too narrow") == 3  # groups and a method
    assert "share of positive saliency of the map" in html and ", over images</dt>" in html

    stored = open_result(copy)
    assert stored.regions.loc["nose", ["mean", "stderr"]].tolist() == [0.54, 0.2]
    assert stored.n_persons == 12 and "the chin has 1.5 over images" in stored.warnings[-1]
    assert "regions over 12 persons" in str(stored)
    is_faded = fading_errors(stored) * 1.96 > np.abs(stored.cms)
    seen = stored.map.count > 0
    assert is_faded[:, 60:][seen[:, 60:]].all() and not is_faded[:, :40][seen[:, :40]].any()
    assert "over 12 persons, with 95 % interval" in draw_regions(stored).axes[0].get_xlabel()

    with h5py.File(copy, "a") as file:
        file["entry/intervals/n_persons"][()] = 29  # one image each
    assert "persons" not in str(read_page_input(copy).warnings) + str(open_result(copy).warnings)


def test_findings_take_the_place_of_the_untested_difference(path, tmp_path):
    copy = tmp_path / "found.h5"
    copy.write_bytes(path.read_bytes())
    result = read_page_input(add_findings(copy))
    assert "The maps differ on 50 % of the face." in lead_sentences(result)
    assert group_sentence(result) == ""
    views = make_views(result)
    assert "difference, not tested" not in {view.caption for view in views}
    tested = next(view for view in views if view.is_test)
    assert tested.arrays["half_width"].shape == tested.arrays["p_tfce"].shape
    html = write_report(copy, tmp_path / "found.html").read_text(encoding="utf-8")
    assert "95 % band, all regions at once" in html and "Persons were exchanged." in html

    assert "By gender: tested over the whole face" in html

    with h5py.File(copy, "a") as file:
        column = file.create_group("entry/findings/nine")
        column["remarks"] = ["Pairs of the 9 groups are not compared: at most 8 groups are."]
        file["entry/findings/gender/female_male/p_holm"][()] = 0.2
    html = write_report(copy, tmp_path / "found.html").read_text(encoding="utf-8")
    assert "By nine: not tested" in html and "Pairs of the 9 groups are not compared" in html
    tested = next(view for view in make_views(read_page_input(copy)) if view.is_test)
    assert "p_tfce" not in tested.arrays and "No difference was found" in tested.note
    assert "does not show that the maps are alike" in tested.note


def test_images_without_a_map_are_counted_by_group(path, tmp_path):
    copy = tmp_path / "left_out.h5"
    copy.write_bytes(path.read_bytes())
    add_findings(copy)
    assert "left out" not in finding_tables(read_page_input(copy))[0]["performance"].head
    with h5py.File(copy, "a") as file:
        file["entry/findings/gender/performance/n_left_out"] = [0, 1203]
    table = finding_tables(read_page_input(copy))[0]["performance"]
    place = table.head.index("left out")
    assert [row[place] for row in table.rows] == ["0", "1,203"]
    assert all(len(row) == len(table.head) for row in table.rows)


def test_mean_confidences_are_beside_the_difference_of_the_maps(path, tmp_path):
    copy = tmp_path / "surer.h5"
    copy.write_bytes(path.read_bytes())
    add_findings(copy)
    result = read_page_input(copy)
    means = "Mean log odds: female 0.50 ± 0.60, male 0.40 ± 0.50 (standard errors)."
    assert finding_tables(result)[0]["pairs"][0]["confidence"] == means
    assert not any("surer" in text for text in finding_sentences(result, 3))

    with h5py.File(copy, "a") as file:
        column = file["entry/findings/gender"]
        column["performance/mean_confidence"][:] = [2, 3]
        column["performance/confidence_error"][:] = [0.2, 0.2]
        del column["sentences"]
        column["sentences"] = ["The maps of 'female' and 'male' (2 and 2 persons) differ on 50 %.",
                               "No region as a whole differs beyond chance.", "At a typical place."]
    surer = ("Mean log odds: female 2.00 ± 0.20, male 3.00 ± 0.20 (standard errors). The 95 % "
             "intervals lie apart: the network is surer on male, which alone can scale a map.")
    assert finding_sentences(read_page_input(copy), 3)[2:] == [surer, "At a typical place."]
    html = write_report(copy, tmp_path / "surer.html").read_text(encoding="utf-8")
    assert f"<p>{surer}</p>" in html and surer in str(open_result(copy))


def test_the_surest_differences_are_named_first_and_the_others_counted(path, tmp_path):
    copy = tmp_path / "many.h5"
    copy.write_bytes(path.read_bytes())
    add_findings(copy)
    sentences = ["No difference among the groups of 'age' was found (p = 0.2, Welch's F)."]
    with h5py.File(copy, "a") as file:
        findings = file["entry/findings"]
        column = findings.create_group("age")
        column["column"], column["remarks"] = "age", ["Not compared: 'z'.", "Persons are images."]
        for i, p in enumerate((0.9, 0.04, 0.03, 0.02, 0.01)):
            names = [f"a{i}", "b"]
            findings.copy("gender/female_male", column, f"pair {i}")
            pair = column[f"pair {i}"]
            del pair["names"]
            pair["names"], pair["p_holm"][()] = names, p
            differs = p <= 0.05
            sentences += [f"The maps of 'a{i}' and 'b' (2 and 2 persons) differ on 9 % of the face."
                          if differs else f"No difference between the maps of 'a{i}' and 'b'.",
                          f"Regions, 'a{i}' less 'b': nose." if differs else "At a typical place."]
        column["sentences"] = sentences
    result = read_page_input(copy)
    shown = finding_sentences(result, 3)
    assert shown == [sentences[k] for k in (9, 10, 7, 8, 5, 6)] + [
        "1 more pair of groups differs beyond chance; see below, Groups."]
    names = [view.label for view in make_views(result) if view.is_test]
    assert names[:3] == ["female − male", "a4 − b", "a3 − b"] and names[-1] == "a0 − b"
    html = write_report(copy, tmp_path / "many.html").read_text(encoding="utf-8")
    assert html.index("Regions, a4 − b") < html.index("Regions, a1 − b")
    for remark in ("Not compared: 'z'.", "Persons are images."):
        assert f"<li>{escape(remark)}</li>" in html
        assert f"  note: {remark}" in str(open_result(copy))


def test_page_begins_with_that_there_are_too_few_persons(path, tmp_path):
    copy = tmp_path / "few.h5"
    copy.write_bytes(path.read_bytes())
    add_findings(copy)
    too_few = (
        "Too few persons to find a difference at a single place, unless it is larger than anything "
        "in the map; wide ones are found more readily."
    )
    with h5py.File(copy, "a") as file:
        column = file["entry/findings/gender"]
        del column["sentences"]
        column["sentences"] = [too_few, "No difference was found."]
        file.copy("entry/findings/gender", "entry/findings/age")
    lead = lead_sentences(read_page_input(copy))
    assert lead[0] == too_few and lead.count(too_few) == 1
    assert "No difference was found." in lead

    with h5py.File(copy, "a") as file:
        column = file["entry/findings/age"]
        del column["sentences"]
        column["sentences"] = ["The maps of 'old' and 'young' differ on 5 % of the face."]
    assert too_few not in lead_sentences(read_page_input(copy)), "age could be told apart"


def test_black_box_is_described_with_its_cost(result):
    text = " ".join(model_sentences(result))
    assert "black box (process)" in text
    assert "2,000 requests were sent to the model, for 64,000 crops" in text
    assert "they cost 3." in text
    assert "differs by 0.02" in text
    assert "no face in 7 of 3,000 occluded copies (in 1 image)" in text


def test_best_map_is_named_with_those_that_are_alike(result):
    (table,) = faithfulness_tables(result)
    assert "that of cis; from grad cam it cannot be told apart" in table["sentence"]
    assert (
        "at a cosine of 0.312, where 2.5 % of either kind are answered wrongly, and 97 % of all 100"
        " pairs rightly"
    ) in table["sentence"].replace("\N{NO-BREAK SPACE}", " ")
    assert [row[0] for row in table["table"].rows] == ["cis", "grad cam", "random"]


def test_page_holds_warnings_first_and_how_to_make_it_again(path, html, tmp_path):
    assert 'role="alert"' not in html
    assert "csm_mpi --task gender" in html and "no gallery was given" in html
    copy = tmp_path / "noise.h5"
    copy.write_bytes(path.read_bytes())
    with h5py.File(copy, "a") as file:
        units = file["entry/warnings"].attrs["long_name"]
        del file["entry/warnings"]
        file["entry/warnings"] = ["This map is mostly <noise>."]
        file["entry/warnings"].attrs["long_name"] = units
    warned = write_report(copy, tmp_path / "noise.html", title="T & U").read_text(encoding="utf-8")
    assert "This map is mostly &lt;noise&gt;." in warned
    assert warned.index('role="alert"') < warned.index("What holds")
    assert "<title>T &amp; U</title>" in warned


def test_page_needs_no_other_file(html):
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)[^"']*""", html)
    assert "@import" not in html and "url(" not in html


def test_page_of_a_thousand_images_is_below_six_megabytes(tmp_path):
    path = write_report_result(tmp_path / "large.h5", 1000, (619, 619), 12, cis=False)
    with h5py.File(path, "a") as file:
        # Maps as rough as the program's: patches of random weight, no two places alike.
        rng = np.random.default_rng(2)
        for name in ("cms", "groups/female", "groups/male", "evaluation/cms/grad_cam"):
            for item in ("cms", "cms_errors"):
                file[f"entry/{name}/{item}"][:] = smooth(rng.normal(size=(619, 619)))
        for step in range(12):
            file["entry/convergence/snapshots"][step] = smooth(rng.normal(size=(619, 619)))
    size = write_report(path, tmp_path / "large.html").stat().st_size
    assert size < 6e6


def smooth(noise, side=15):
    """Means over squares, as occluding patches give them."""
    for axis in (0, 1):
        sums = np.cumsum(noise, axis=axis)
        noise = (sums - np.roll(sums, side, axis)) / side
    return noise


def test_groups_beyond_the_largest_are_left_out_with_their_difference(path, tmp_path):
    copy = tmp_path / "many.h5"
    copy.write_bytes(path.read_bytes())
    with h5py.File(copy, "a") as file:
        for k in range(MOST_GROUPS):
            file.copy("entry/groups/male", f"entry/groups/more{k}")
            file[f"entry/groups/more{k}/name"][()] = f"more{k}"
            file[f"entry/groups/more{k}/n_images"][()] = 18 + k
    views = make_views(read_page_input(copy))
    assert len([view for view in views if view.family == "groups"]) == MOST_GROUPS
    assert not [view for view in views if view.minus]
    html = write_report(copy, tmp_path / "many.html").read_text(encoding="utf-8")
    assert "The maps of 2 smaller groups are in the result file" in html


def test_result_without_extras_gives_a_page(tmp_path):
    with h5py.File(tmp_path / "bare.h5", "w") as file:
        file["entry/cms/cms"] = np.ones((8, 6), "f4")
    html = write_report(tmp_path / "bare.h5", tmp_path / "deep" / "bare.html")
    assert "What holds" in html.read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [None, b"no HDF5", "empty", "schema"])
def test_other_files_are_refused_with_advice(tmp_path, content):
    path = tmp_path / "x.h5"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        with h5py.File(path, "w") as file:
            if content == "schema":
                file["entry/cms/cms"] = np.ones((8, 6), "f4")
                file.attrs["csm_schema"] = "2.0"
    with pytest.raises(ReportError) as error:
        write_report(path, tmp_path / "x.html")
    assert str(path) in error.value.problem and error.value.advice
    assert not list(tmp_path.glob("*.html")) and not list(tmp_path.glob(".*"))


def test_folder_in_the_place_of_the_page_is_refused(path, tmp_path):
    (tmp_path / "x.html").mkdir()
    with pytest.raises(ReportError, match="cannot write"):
        write_report(path, tmp_path / "x.html")
    assert [item.name for item in tmp_path.iterdir()] == ["x.html"]


def test_scripts_are_ours_and_short():
    scripts = sorted((ROOT / "scripts/csm/report/static").glob("*.js"))
    assert len(scripts) == 10
    assert all(len(line) <= 100 for file in scripts for line in file.read_text().splitlines())
