"""csm survey: explanation images by hand-computed numbers, the square of pages, the browser's CSV,
Wilson intervals.
"""

import collections
import csv
import json
import subprocess

from csm.survey import make as make_survey
import numpy as np
import pytest
from csm.survey import score as score_survey
from conftest import ROOT
from PIL import Image
from csm.survey.explanation_images import darkening, negative_explanation, normalised, vignette
from csm.intervals import wilson
from csm.survey.pages import SurveyError, check_complete, latin_pages

HEAT = np.array([[0.0, 1.0, 3.0], [-5.0, 4.0, 0.0]])  # positive part / 4: 0 .25 .75 / 0 1 0, sum 2


def test_negative_values_are_not_darkened_and_the_rest_is_stretched():
    np.testing.assert_allclose(normalised(HEAT), [[0, 0.25, 0.75], [0, 1, 0]])
    np.testing.assert_array_equal(normalised(-np.abs(HEAT)), np.zeros((2, 3)))


def test_all_maps_of_one_alpha_darken_by_the_same_sum():
    darkness, clipped = darkening(HEAT, 1.0)
    np.testing.assert_allclose(darkness, [[0, 0.125, 0.375], [0, 0.5, 0]])
    assert clipped == 0
    other, _ = darkening(np.arange(6.0).reshape(2, 3), 1.0)
    assert other.sum() == pytest.approx(darkness.sum())


def test_what_is_more_than_black_is_clipped_and_counted():
    darkness, clipped = darkening(HEAT, 4.0)  # 0 .5 1.5 / 0 2 0: the last two lose 1.5 of 4
    np.testing.assert_allclose(darkness, [[0, 0.5, 1], [0, 1, 0]])
    assert clipped == pytest.approx(1.5 / 4)


def test_the_explanation_image_is_the_photo_times_what_is_left():
    picture = np.full((2, 3, 3), 200.0)
    picture[..., 1] = 100
    result = negative_explanation(picture, np.array([[0, 0.5, 1], [0.25, 0, 0]]))
    np.testing.assert_allclose(result[..., 0], [[200, 100, 0], [150, 200, 200]])
    np.testing.assert_allclose(result[..., 1], [[100, 50, 0], [75, 100, 100]])


def test_the_vignette_hides_corners_only():
    weights = vignette(40, 30)
    assert weights.shape == (40, 30)
    assert weights[20, 15] == weights[10, 15] == 1  # 0.475 half sides from the middle
    assert weights[0, 0] == weights[39, 29] == 0
    ring = vignette(1000, 3, radius=0.9, softness=0.25)[:, 1]
    assert ring[int(1000 * (1 - (0.9 - 0.125)) / 2)] == pytest.approx(0.5, abs=0.02)


def test_each_page_has_each_image_once_and_each_method_equally_often_in_each_class():
    classes = {f"m{i}": "male" for i in range(6)} | {f"f{i}": "female" for i in range(3)}
    methods = ["csm", "cam", "rise"]
    stimuli = latin_pages(classes, methods)
    assert len({(one.image, one.method) for one in stimuli}) == len(stimuli) == 27
    assert [one.number for one in stimuli] == list(range(1, 28))
    for page in range(3):
        here = [one for one in stimuli if one.page == page]
        assert sorted(one.image for one in here) == sorted(classes)
        counts = collections.Counter((one.class_name, one.method) for one in here)
        assert counts == {(c, m): n for c, n in (("male", 2), ("female", 1)) for m in methods}


def _rows(*triples):
    return [dict(zip(("image", "class", "method"), triple)) for triple in triples]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "empty"),
        (_rows(("a", "x", "m"), ("b", "y", "m"), ("a", "x", "n")), "image b by n"),
        (_rows(("a", "x", "m"), ("a", "y", "n")), "of class x and of class y"),
        (_rows(("a", "x", "m"), ("a", "x", "m")), "is listed twice"),
        (_rows(("a", "x", "m"), ("b", "x", "m")), "one class"),
    ],
)
def test_incomplete_lists_are_refused(rows, message):
    with pytest.raises(SurveyError, match=message):
        check_complete(rows)


@pytest.fixture
def stimuli(tmp_path):
    """Two photos of two classes, two maps each."""
    lines = ["image,class,method,file,map,box"]
    for number, (image, class_name) in enumerate((("anna", "female"), ("otto", "male"))):
        Image.new("RGB", (60, 80), (100 + 50 * number, 120, 140)).save(tmp_path / f"{image}.png")
        for method, corner in (("csm", np.s_[20:40, 20:40]), ("cam", np.s_[40:60, 20:40])):
            heat = np.zeros((80, 60))
            heat[corner] = 1
            np.save(tmp_path / f"{image}_{method}.npy", heat)
            lines.append(
                f"{image},{class_name},{method},{image}.png,{image}_{method}.npy,10 20 40 30"
            )
    path = tmp_path / "stimuli.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def _survey_of(page):
    start = page.index("const SURVEY = ") + len("const SURVEY = ")
    return json.loads(page[start:page.index(";\n", start)])


def test_the_page_holds_all_pictures_and_no_method(stimuli, tmp_path, capsys):
    out = tmp_path / "survey"
    assert (
        make_survey.main(
            [
                str(stimuli),
                "--output",
                str(out),
                "--alpha",
                "0.05",
                "--question",
                "Man <or> woman?",
                "--size",
                "90",
            ]
        )
        == 0
    )
    page = (out / "survey.html").read_text()
    survey = _survey_of(page)
    assert survey["classes"] == ["female", "male"]
    assert [len(part) for part in survey["pages"]] == [2, 2]
    assert (
        "csm" not in page.replace(str(out), "") and "anna" not in page and 'src="http' not in page
    )
    assert "Man &lt;or&gt; woman?" in page
    key = list(csv.DictReader((out / "key.csv").open()))
    assert sorted((row["image"], row["method"]) for row in key) == [
        ("anna", "cam"),
        ("anna", "csm"),
        ("otto", "cam"),
        ("otto", "csm"),
    ]
    assert {row["stimulus"] for row in key} == {
        str(item["stimulus"]) for part in survey["pages"] for item in part
    }


def test_the_darkest_place_is_where_the_map_is(stimuli, tmp_path):
    rows = {
        row["method"]: row for row in make_survey.read_stimuli(stimuli) if row["image"] == "anna"
    }
    shown, clipped = make_survey.make_variants(
        rows, stimuli.parent, "0.2"
    )  # 0.2 * 1200 px of the box / 400 px of the square = 0.6
    np.testing.assert_allclose(shown["csm"][30, 30], np.array([100, 120, 140]) * 0.4)
    np.testing.assert_allclose(shown["csm"][50, 30], [100, 120, 140])
    assert clipped == {"csm": 0, "cam": 0}
    shown, clipped = make_survey.make_variants(
        rows, stimuli.parent, "csm"
    )  # the sum of its own map: 400 px, all black
    assert shown["csm"][30, 30].max() == 0 and clipped["csm"] == pytest.approx(0)
    without_box = {method: row | {"box": ""} for method, row in rows.items()}
    shown, _ = make_survey.make_variants(
        without_box, stimuli.parent, "0.025"
    )  # 0.025 * 4800 / 400 = 0.3
    np.testing.assert_allclose(shown["csm"][30, 30], np.array([100, 120, 140]) * 0.7)
    with pytest.raises(SurveyError, match="'10,20,40,30' is not of the form x y width height"):
        make_survey.finish(shown["csm"], "10,20,40,30", 0, 60)
    with pytest.raises(SurveyError, match="--alpha is 'rise'"):
        make_survey.make_variants(rows, stimuli.parent, "rise")


def test_the_cut_is_a_square_about_the_box():
    picture = np.zeros((80, 60, 3))
    picture[35, 30] = 255  # the middle of the box: 10 + 40 / 2, 20 + 30 / 2
    cut = np.asarray(make_survey.finish(picture, "10 20 40 30", 0, 60))
    assert cut.shape == (60, 60, 3)
    assert tuple(np.unravel_index(cut[..., 0].argmax(), (60, 60))) == (30, 30)


def _run_in_node(expression):
    path = json.dumps(str(ROOT / "scripts/csm/survey/survey.js"))
    script = f"const survey = require({path}); console.log(JSON.stringify({expression}));"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_each_participant_sees_whole_pages_in_an_own_order_and_all_pages_come_first():
    pages = [[{"stimulus": 10 * page + i} for i in range(6)] for page in range(3)]
    orders = _run_in_node(
        f"Array.from({{length: 60}}, (_, i) => survey.orderOf('p' + i, {json.dumps(pages)}))"
    )
    for order in orders:
        assert sorted(item["stimulus"] for item in order) == sorted(
            item["stimulus"] for page in pages for item in page
        )
        assert [item["turn"] for item in order] == [1] * 6 + [2] * 6 + [3] * 6
        assert all(item["stimulus"] // 10 == item["page"] - 1 for item in order)
    assert len({tuple(item["stimulus"] for item in order) for order in orders}) > 50
    # 60 draws of 3 pages: fewer than 8 of one page has a chance of 1 in 3,000, and the codes are
    # fixed.
    assert min(collections.Counter(order[0]["page"] for order in orders).values()) >= 8


def test_what_the_browser_writes_is_what_the_scoring_reads(tmp_path):
    rows = [
        {
            "participant": 'a "b", c',
            "page": 1,
            "turn": 1,
            "position": 1,
            "stimulus": 1,
            "answer": "male",
            "seconds": "1.20",
        },
        {
            "participant": 'a "b", c',
            "page": 2,
            "turn": 2,
            "position": 2,
            "stimulus": 2,
            "answer": "male",
            "seconds": "0.80",
        },
    ]
    answers = tmp_path / "answers.csv"
    answers.write_text(_run_in_node(f"survey.csvOf({json.dumps(rows)})"))
    key = {"1": {"class": "male", "method": "csm"}, "2": {"class": "female", "method": "cam"}}
    found = score_survey.read_answers([answers], key)
    assert [(row["participant"], row["method"], row["class"], row["answer"]) for row in found] == [
        ('a "b", c', "csm", "male", "male"), ('a "b", c', "cam", "female", "male")]
    assert len(score_survey.read_answers([answers], key, first_page=True)) == 1
    with pytest.raises(SurveyError, match="twice"):
        score_survey.read_answers([answers, answers], key)
    with pytest.raises(SurveyError, match="stimulus '2'"):
        score_survey.read_answers([answers], {"1": key["1"]})
    with pytest.raises(SurveyError, match="answer 'male'"):
        score_survey.read_answers(
            [answers], {name: row | {"class": "female"} for name, row in key.items()}
        )


# Enough of a browser to press keys in: elements are plain objects, a file is its text.
BROWSER = """
const elements = {};
globalThis.document = {
  getElementById: (id) => (elements[id] ??= {
    append(child) { (this.children ??= []).push(child); },
    click() {},
  }),
  createElement: () => ({}),
};
elements.task = { hidden: true };
elements.end = { hidden: true };
let saved = '';
URL.createObjectURL = () => 'blob:1';
globalThis.Blob = class { constructor(parts) { saved = parts.join(''); } };
"""
PLAY = """
elements.participant.value = 'p1';
document.onkeydown({ key: '1' });  // too early: nothing is asked yet
elements.start.onclick();
const seen = [];
while (elements.end.hidden) {
  seen.push(elements.picture.src);
  if (seen.length % 2) elements.choices.children[0].onclick();
  else document.onkeydown({ key: '2' });
  document.onkeydown({ key: '9' });  // no answer
}
document.onkeydown({ key: '1' });  // too late
const [name, hidden] = [elements.save.download, elements.task.hidden];
console.log(JSON.stringify({ saved, seen, name, hidden }));
"""


def test_a_participant_who_plays_the_page_gets_a_csv_that_can_be_scored(stimuli, tmp_path, capsys):
    assert make_survey.main([str(stimuli), "--output", str(tmp_path / "survey")]) == 0
    page = (tmp_path / "survey/survey.html").read_text()
    script = tmp_path / "page.js"
    script.write_text(BROWSER + page[page.index("<script>") + 8:page.rindex("</script>")] + PLAY)
    done = subprocess.run(["node", str(script)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert len(set(result["seen"])) == 4 and result["hidden"] and result["name"] == "answers_p1.csv"
    answers = tmp_path / "answers_p1.csv"
    answers.write_text(result["saved"])
    lines = list(csv.DictReader(answers.open()))
    assert [row["answer"] for row in lines] == ["female", "male", "female", "male"]
    pictures = {
        str(item["stimulus"]): item["picture"]
        for part in _survey_of(page)["pages"]
        for item in part
    }
    assert [pictures[row["stimulus"]] for row in lines] == result["seen"]
    assert (
        score_survey.main(
            [
                str(tmp_path / "survey/key.csv"),
                str(answers),
                "--output",
                str(tmp_path / "scores.csv"),
            ]
        )
        == 0
    )
    assert "1 participants" in capsys.readouterr().out
    assert (
        sum(
            int(row["n"])
            for row in csv.DictReader((tmp_path / "scores.csv").open())
            if row["class"] == "all"
        )
        == 4
    )


def test_wilson_intervals_are_those_of_the_textbook():
    # Newcombe 1998, table I: 81 of 263 and 15 of 148; 0 of 20.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)


def test_scores_count_each_method_and_class():
    answers = [
        {"participant": "p", "method": method, "class": right, "answer": given}
        for method, right, given in (
            ("csm", "male", "female"),
            ("csm", "male", "male"),
            ("csm", "female", "female"),
            ("csm", "female", "female"),
            ("cam", "male", "male"),
        )
    ]
    table = {(row["method"], row["class"]): row for row in score_survey.scores(answers)}
    assert list(table) == [
        ("cam", "all"),
        ("cam", "male"),
        ("csm", "all"),
        ("csm", "female"),
        ("csm", "male"),
    ]
    assert (
        table["csm", "all"]["n"],
        table["csm", "all"]["right"],
        table["csm", "all"]["wrong_percent"],
    ) == (4, 3, 25.0)
    assert (table["csm", "male"]["accuracy"], table["csm", "female"]["accuracy"]) == (0.5, 1.0)
