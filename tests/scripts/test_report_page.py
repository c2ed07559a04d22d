"""The report's page in headless Chromium: what is under the pointer, switches, keys, print.

Skipped without Playwright and Chromium, which `scripts/setup.sh --with-browser` installs.
"""

import re
import shutil
from contextlib import contextmanager

import h5py
import numpy as np
import pytest
from report_result import add_findings, write_report_result

from csm.report import write_report

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
                None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
OVERALL = "cms/cms"
SHAPE = (120, 100)
STEP = 0.51 / 8191  # largest rounding of a packed map, as a share of its largest value


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = write_report_result(tmp_path_factory.mktemp("page") / "full.h5", size=SHAPE)
    with h5py.File(path, "a") as file:
        file["entry/images/id"][3] = "<script>document.title = 'broken'</script>.jpg"
    return write_report(add_findings(path), path.with_suffix(".html")).with_suffix(".h5")


@pytest.fixture(scope="module")
def untested_path(tmp_path_factory):
    path = write_report_result(tmp_path_factory.mktemp("page") / "untested.h5", size=SHAPE)
    return write_report(path, path.with_suffix(".html")).with_suffix(".h5")


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM,
                                             args=["--enable-unsafe-swiftshader"])
        yield browser
        browser.close()


@contextmanager
def opened(browser, path, script="", **options):
    """The page of a result, ready; fails on errors of its script and on any request."""
    context = browser.new_context(viewport={"width": 1200, "height": 1600}, **options)
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text)
            if message.type == "error" else None)
    page.on("request", lambda request: faults.append(request.url)
            if not request.url.startswith(("file:", "data:")) else None)
    if script:
        page.add_init_script(script)
    page.goto(path.with_suffix(".html").as_uri())
    if options.get("java_script_enabled", True):
        page.wait_for_selector("html[data-ready]")
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def page(browser, path):
    with opened(browser, path) as page:
        yield page


def stored(path, name):
    with h5py.File(path) as file:
        values = file[f"entry/{name}"][()]
    return values.astype(float) if values.dtype.kind == "f" else values


def hover(page, u, v):
    """Moves the pointer to a place of the stage, in shares of its sides; gives the readout."""
    box = page.locator(".stage").bounding_box()
    page.mouse.move(box["x"] + u * box["width"], box["y"] + v * box["height"])
    return readout(page)


def readout(page):
    data = page.locator(".readout").evaluate("(element) => ({...element.dataset})")
    return {name: float(value) for name, value in data.items()}


def text_of(page, name):
    return page.locator(f'.readout [data-name="{name}"]').text_content()


def show_flat(page):
    page.locator("#solid").uncheck()
    page.wait_for_selector(".stage.is-flat")


def choose(page, key):
    page.locator(f'input[value="{key}"]').check(force=True)


def test_hover_shows_the_value_of_the_file(page, path):
    values, errors = stored(path, OVERALL), stored(path, "cms/cms_errors")
    show_flat(page)
    for u, v in ((0.3, 0.4), (0.5, 0.5), (0.7, 0.25), (0.45, 0.9)):
        read = hover(page, u, v)
        x, y = int(read["x"]), int(read["y"])
        assert (x, y) == pytest.approx((u * SHAPE[1], v * SHAPE[0]), abs=1)
        assert read["value"] == pytest.approx(values[y, x], abs=STEP * np.abs(values).max())
        shown = [float(part) for part in re.findall(r"\d\.\d+", text_of(page, "value"))]
        assert shown == pytest.approx([abs(values[y, x]), errors[y, x]], abs=0.0051)
        assert text_of(page, "value").endswith(" log odds")
        assert text_of(page, "region") == ("nose" if x < SHAPE[1] // 2 else "chin")
        assert text_of(page, "n") == "29 of 29"


def test_hover_on_the_face_in_space_shows_the_value_of_the_file(page, path):
    values = stored(path, OVERALL)
    assert "is-flat" not in page.locator(".stage").get_attribute("class")
    found = [hover(page, u, v) for u, v in ((0.5, 0.5), (0.35, 0.5), (0.5, 0.3), (0.62, 0.7))]
    for read in found:
        assert read["value"] == pytest.approx(values[int(read["y"]), int(read["x"])],
                                              abs=STEP * np.abs(values).max())
    assert found[0]["x"] == pytest.approx(50, abs=1) and found[0]["y"] == pytest.approx(60, abs=1)
    assert found[1]["x"] < found[0]["x"] < found[3]["x"]
    assert found[2]["y"] < found[0]["y"] < found[3]["y"]
    assert hover(page, 0.02, 0.02) == {}
    assert text_of(page, "value") == ""


def test_face_is_drawn_in_space_and_turns(page):
    shot = page.locator(".stage").screenshot
    front, place = shot(), hover(page, 0.5, 0.5)["x"]
    page.locator(".stage").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    assert shot() != front
    assert hover(page, 0.5, 0.501)["x"] < place - 1  # the dome's left comes to the middle
    page.keyboard.press("0")
    assert hover(page, 0.5, 0.5)["x"] == place
    box = page.locator(".stage").bounding_box()
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.up()
    assert page.locator(".marker").is_hidden()
    assert hover(page, 0.5, 0.5)["x"] < place - 1


def test_switches_show_the_maps_of_the_file(page, path):
    check_switches(page, path, {
        "finding:gender:female:male": "findings/gender/female_male/difference"})


def test_switches_show_the_difference_if_it_was_not_tested(browser, untested_path):
    with opened(browser, untested_path) as page:
        check_switches(page, untested_path, {
            "difference": "group_difference/difference/difference",
            "in_errors": "group_difference/significance/significance"})


def check_switches(page, path, differences):
    """The page has a switch for each map of the file and for these, which shows its values."""
    names = differences | {
        "group:female": "groups/female/cms", "group:male": "groups/male/cms",
        "method:grad_cam": "evaluation/cms/grad_cam/cms", "overall": OVERALL}
    with h5py.File(path) as file:
        if "entry/face_lost" in file:
            names["face_lost"] = "face_lost/face_lost"
    keys = page.locator("input[name=view]").evaluate_all("(all) => all.map((one) => one.value)")
    assert sorted(keys) == sorted(names)
    show_flat(page)
    for key, name in names.items():
        values = stored(path, name)
        choose(page, key)
        for u, v in ((0.3, 0.4), (0.6, 0.7)):
            read = hover(page, u, v)
            shares = values.shape[0] / SHAPE[0]
            expected = values[int(read["y"] * shares), int(read["x"] * shares)]
            # Differences are those of two rounded maps, by a rounded error.
            largest = np.nanmax(np.abs(values)) * (4 if key in ("difference", "in_errors") else 1)
            assert read["value"] == pytest.approx(expected, abs=STEP * largest), key
        assert page.locator(".bar-label").text_content()
        assert page.locator(".ticks span").count() >= 2


def test_finding_names_its_corrected_p_and_fades_the_rest(page):
    show_flat(page)
    choose(page, "finding:gender:female:male")
    hover(page, 0.3, 0.5)
    assert text_of(page, "p") == "p = 0.003 by clusters, p = 0.04 by |z|"
    assert page.locator(".interval-name").text_content() == "95 % band, all places at once"
    inside, outside = colour_at(page, 0.2, 0.5), colour_at(page, 0.55, 0.5)
    page.locator("#fade").uncheck()
    assert colour_at(page, 0.2, 0.5) == inside
    assert colour_at(page, 0.55, 0.5) != outside


def colour_at(page, u, v):
    """The colour of the flat map."""
    return page.evaluate("""([u, v]) => {
      const canvas = document.querySelector("canvas.flat");
      const context = canvas.getContext("2d");
      return [...context.getImageData(u * canvas.width, v * canvas.height, 1, 1).data];
    }""", [u, v])


def test_fade_changes_only_what_the_interval_does_not_tell_from_zero(page, path):
    values, errors = stored(path, OVERALL), stored(path, "cms/cms_errors")
    certain = np.argwhere(np.abs(values) > 4 * errors)[0]
    unsure = np.argwhere((np.abs(values) < 1.5 * errors) & (np.abs(values) > errors))[0]
    places = [((x + 0.5) / SHAPE[1], (y + 0.5) / SHAPE[0]) for y, x in (certain, unsure)]
    page.locator("#show-face").uncheck()
    faded = [colour_at(page, *place) for place in places]
    page.locator("#fade").uncheck()
    plain = [colour_at(page, *place) for place in places]
    assert faded[0] == plain[0] and faded[1] != plain[1]
    show_flat(page)
    hover(page, *places[1])
    assert "holds zero" in text_of(page, "interval")


def test_slider_shows_the_map_of_the_first_images(page, path):
    snapshots = stored(path, "convergence/snapshots")
    counts = stored(path, "convergence/image_count")
    show_flat(page)
    page.locator("#n-images").fill("1")
    read = hover(page, 0.4, 0.6)
    assert read["value"] == pytest.approx(snapshots[1, int(read["y"]), int(read["x"])], abs=5e-3)
    assert text_of(page, "n") == f"the first {counts[1]}"
    assert f"the first {counts[1]} images" in page.locator(".of-images output").text_content()
    page.locator("#n-images").fill("4")
    hover(page, 0.4, 0.6)
    assert text_of(page, "n") == "29 of 29"
    choose(page, "group:male")
    assert page.locator(".of-images").is_hidden()


def test_keyboard_moves_the_marker_and_its_numbers_are_read_out(page):
    page.locator(".stage").focus()
    page.keyboard.press("Shift+ArrowRight")
    status = page.locator(".side-column [role=status]")
    assert re.fullmatch(r"chin: .* log odds, 95 % interval .*", status.text_content())
    first = readout(page)
    page.keyboard.press("Shift+ArrowDown")
    assert readout(page)["y"] == first["y"] + 6 and readout(page)["x"] == first["x"]
    assert page.locator(".marker").is_visible()
    page.keyboard.press("Escape")
    page.wait_for_selector(".marker", state="hidden")
    assert readout(page) == {}


def test_a_tap_leaves_the_marker(browser, path):
    with opened(browser, path, has_touch=True, is_mobile=True) as page:
        box = page.locator(".stage").bounding_box()
        page.touchscreen.tap(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
        page.wait_for_selector(".marker", state="visible")
        assert text_of(page, "region") == "nose"


def test_region_is_outlined_by_its_name(page):
    before = page.evaluate("document.querySelector('canvas.flat').toDataURL()")
    button = page.get_by_role("button", name="nose")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.querySelector('canvas.flat').toDataURL()") != before
    button.click()
    assert page.evaluate("document.querySelector('canvas.flat').toDataURL()") == before


def test_images_are_filtered_and_sorted(page, path):
    rows = page.locator(".image-table tbody tr")
    status = page.locator(".image-table [role=status]")
    assert rows.count() == 25 and status.text_content() == "1 to 25 of 30"
    page.get_by_role("button", name="Next").click()
    assert rows.count() == 5
    page.get_by_label("Column to filter by").select_option(label="label")
    page.get_by_label("Text or number to filter by").fill("=male")
    assert status.text_content() == "1 to 15 of 15"
    page.get_by_label("Column to filter by").select_option(label="log odds")
    page.get_by_label("Text or number to filter by").fill("> 2.5")
    confidences = stored(path, "images/confidence")
    n = (confidences > 2.5).sum()
    assert status.text_content() == f"1 to {n} of {n}"
    page.get_by_label("Text or number to filter by").fill("")
    page.get_by_role("button", name="largest drop").click()
    best = stored(path, "images/id")[np.argmax(stored(path, "images/max_drop"))].decode()
    assert rows.first.locator("td").first.text_content() == best
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"


def test_numbers_of_a_column_have_the_same_decimals(page):
    heads = page.locator(".image-table thead th").all_text_contents()
    rows = [row.locator("td").all_text_contents()
            for row in page.locator(".image-table tbody tr").all()]
    for name in ("log odds", "largest drop"):
        cells = [row[heads.index(name)] for row in rows if row[heads.index(name)]]
        assert len({len(cell.partition(".")[2]) for cell in cells}) == 1, (name, cells)
        assert max(len(cell.strip("\u2212").replace(".", "")) for cell in cells) >= 3


def test_the_face_comes_before_the_sentences(page):
    face, holds = (page.locator(part).bounding_box()["y"] for part in (".stage", "#holds"))
    assert face < holds


def test_names_of_images_are_only_text(page):
    page.get_by_label("Text or number to filter by").fill("broken")
    assert page.locator(".image-table tbody tr").count() == 1
    assert page.title() == "synthetic gender"


def test_narrow_page_does_not_scroll_sideways(browser, path):
    with opened(browser, path) as page:
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        box = page.locator(".stage").bounding_box()
        assert 300 < box["width"] <= 360 and box["height"] == box["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_from_their_ground(browser, path, scheme):
    with opened(browser, path, color_scheme=scheme) as page:
        colours = page.evaluate("""() => Object.fromEntries(["ink", "soft", "page", "card",
          "alarm", "alarm-card"].map((name) => [name,
          getComputedStyle(document.documentElement).getPropertyValue("--" + name)]))""")
        light = {name: luminance(colour.strip()) for name, colour in colours.items()}
        assert (light["page"] > 0.5) == (scheme == "light")
        for text, ground in (("ink", "page"), ("soft", "page"), ("ink", "card"), ("soft", "card"),
                             ("alarm", "alarm-card"), ("ink", "alarm-card")):
            low, high = sorted((light[text], light[ground]))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (text, ground)


def luminance(colour):
    """Relative luminance of #rrggbb. [WCAG 2.2]"""
    rgb = np.array([int(colour[i:i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_print_has_the_flat_face_and_no_switches(page):
    page.emulate_media(media="print")
    assert page.locator(".switches").is_hidden()
    assert page.locator("canvas.flat").is_visible()
    assert page.locator("canvas.solid").is_hidden()
    assert len(page.pdf()) > 20_000


def test_face_is_flat_without_webgl(browser, path):
    script = """const plain = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind === "webgl2" ? null : plain.call(this, kind, ...more);
      };"""
    with opened(browser, path, script) as page:
        assert "is-flat" in page.locator(".stage").get_attribute("class")
        assert page.locator("#solid").is_hidden()
        assert hover(page, 0.3, 0.4)["x"] == 30
        page.locator(".stage").focus()
        page.keyboard.press("ArrowLeft")
        assert readout(page)["x"] == 44


def test_result_with_a_map_only_is_shown_flat(browser, tmp_path):
    with h5py.File(tmp_path / "bare.h5", "w") as file:
        file["entry/cms/cms"] = np.arange(48, dtype="f4").reshape(8, 6)
    write_report(tmp_path / "bare.h5", tmp_path / "bare.html")
    with opened(browser, tmp_path / "bare.h5") as page:
        read = hover(page, 0.9, 0.55)
        assert (read["x"], read["y"]) == (5, 4) and read["value"] == pytest.approx(29, abs=0.01)
        assert text_of(page, "interval") == "" and page.locator("#fade").is_disabled()


def test_map_is_an_image_without_javascript(browser, path):
    with opened(browser, path, java_script_enabled=False) as page:
        assert page.locator(".still").is_visible()
        assert page.locator(".live").is_hidden()
        assert page.locator(".still").evaluate("(image) => image.naturalWidth") == SHAPE[1]
