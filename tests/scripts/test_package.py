"""The package csm: what a Result gives, the colours of maps, and the command."""

import subprocess
import sys

import csm
import h5py
import numpy as np
import pytest
from conftest import ROOT, write_result
from csm import command
from csm.draw.colours import FULL_FROM, OPACITY, Scale, choose_scale, cut_out, opacity, paint
from csm.draw.map_figure import Tile, _draw_tile, make_tiles
from csm.errors import UserError
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


@pytest.fixture
def result(result_file):
    return csm.open(result_file)


def test_arrays_have_nan_where_no_image_has_a_value(result):
    assert result.cms.shape == result.stderr.shape == (40, 32)
    assert np.isnan(result.cms[:5]).all() and np.isfinite(result.cms[5:]).all()
    assert result.cms[39, 31] == pytest.approx((31 - 10 + 0.5 * 39) / 100)
    low, high = result.map.interval()
    assert (high - low)[39, 31] == pytest.approx(2 * 1.96 * 0.01, rel=1e-3)


def test_tables_are_pandas(result):
    assert result.regions.loc["nose", ["mean", "stderr", "share"]].tolist() == [0.2, 0.03, 0.6]
    assert result.convergence.loc[3, "pearson_to_final"] == 0.9
    assert list(result.images["id"]) == ["a.jpg"] * 9


def test_the_difference_of_groups_and_of_results(result, tmp_path):
    found = result.difference("female faces", "male faces")
    assert found.values[39, 31] == pytest.approx(2 * result.cms[39, 31])
    assert found.stderr[39, 31] == pytest.approx(0.01 * np.sqrt(2))
    assert found.z[39, 31] == pytest.approx(found.values[39, 31] / found.stderr[39, 31])
    assert np.isnan(found.values[:5]).all()
    other = csm.open(write_result(tmp_path / "other.h5", shift=0.1))
    assert other.difference(result).values[20, 20] == pytest.approx(0.1)


@pytest.mark.parametrize(
    "names, changes, message",
    [
        (("female faces", "men"), None, "no group 'men'. Valid: two of female faces, male faces"),
        (None, {"size": (32, 40)}, "--canonical-size"),
        (None, {"unit": "nats"}, "different units"),
    ],
)
def test_what_cannot_be_compared_is_named(result, tmp_path, names, changes, message):
    others = names or [csm.open(write_result(tmp_path / "other.h5", **changes))]
    with pytest.raises(UserError, match=message):
        result.difference(*others)


def test_a_notebook_shows_warning_map_and_regions(result):
    page = result._repr_html_()
    assert "the map is mostly noise" in page and "data:image/png;base64," in page and "nose" in page


def test_a_notebook_shows_a_plot(result):
    for figure in (
        result.plot(),
        result.map.plot(),
        result.difference("female faces", "male faces").plot(),
    ):
        assert figure._repr_png_().startswith(b"\x89PNG")
    difference = result.difference("female faces", "male faces")
    assert difference._repr_png_().startswith(b"\x89PNG")
    assert repr(difference) == "<csm.Difference: female faces - male faces, 9 images, 40 px, 1>"


def test_groups_share_a_scale_and_two_have_a_difference(result):
    tiles = make_tiles(result)
    assert [tile.name for tile in tiles][:2] == ["female faces", "male faces"]
    assert tiles[0].scale == tiles[1].scale and tiles[0].scale.is_signed
    assert len(tiles) == 4 and tiles[2].scale.is_signed


@pytest.mark.parametrize(
    "p_holm, caption, is_outlined",
    [(0.05, "outlined", True), (0.051, "not beyond chance, p = 0.05", False)],
)
def test_a_tested_difference_is_outlined_if_it_is_beyond_chance(
    tmp_path, p_holm, caption, is_outlined
):
    path = write_result(tmp_path / "tested.h5")
    with h5py.File(path, "a") as file:
        column = file.create_group("entry/findings/sex")
        column["column"] = "sex"
        pair = column.create_group("female_male")
        pair["names"] = ["female faces", "male faces"]
        pair["difference"] = np.zeros((10, 8), np.float32)
        pair["p_tfce"] = np.full((10, 8), 0.2, np.float32)
        pair["p_tfce"][3, 4] = 0.05
        pair["p_holm"] = p_holm
    tiles = make_tiles(csm.open(path))
    assert len(tiles) == 3 and tiles[2].caption.startswith(caption)
    assert np.argwhere(tiles[2].outlined).tolist() == ([[3, 4]] if is_outlined else [])
    with h5py.File(path, "a") as file:
        file["entry/findings/sex/sentences"] = ["Too few persons."]
    assert "\n\ntested by sex:\n  Too few persons.\n\n" in str(csm.open(path))
    check_titles(csm.open(path).plot())


def check_titles(figure):
    """The name and the caption of a tile share no place."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    axes = [
        axis
        for part in figure.subfigs
        for sub in part.subfigs
        for axis in sub.axes
        if axis.get_title("right")
    ]
    assert axes
    for axis in axes:
        boxes = [
            title.get_window_extent(renderer) for title in (axis._left_title, axis._right_title)
        ]
        has_two_lines = axis.get_title("left").endswith("\n")
        assert has_two_lines or not boxes[0].overlaps(boxes[1]), axis.get_title("left")
    assert has_two_lines, "the caption of a difference is long"


def test_a_map_of_one_sign_has_a_scale_from_zero():
    values = np.linspace(0, 2, 400).reshape(20, 20)
    assert choose_scale([values]) == Scale(pytest.approx(1.99, abs=0.01), False)
    assert choose_scale([values - 1]).is_signed
    assert choose_scale([np.zeros((3, 2))]) == Scale(1.0, False)
    assert choose_scale([np.full((3, 2), np.nan)]) == Scale(1.0, False)


def test_a_map_fades_where_its_interval_holds_zero():
    values, scale = np.full((1, 4), 1.0), Scale(1.0, False)
    errors = np.array([[0.1, 1 / 1.96, 1.0, np.nan]])
    shown = opacity(values, errors, scale)[0]
    assert shown[:2] == pytest.approx(OPACITY) and shown[3] == pytest.approx(OPACITY)
    assert 0.2 * OPACITY < shown[2] < 0.6 * OPACITY
    weak = opacity(np.array([[0.0, FULL_FROM / 2, -1.0]]), None, scale)[0]
    assert weak == pytest.approx([0, OPACITY / 2, 0])


def test_the_face_shows_where_the_map_has_no_value():
    face = np.full((2, 3, 3), 100, np.uint8)
    face[0, 0] = 0  # outside of the mesh
    values = np.array([[1.0, np.nan, 1.0], [0.0, 1.0, 1.0]])
    image = cut_out(paint(values, None, Scale(1.0, False), face), values, face)
    assert image[0, 0, 3] == 0 and image[0, 1, 3] == 1
    assert image[0, 1, :3] == pytest.approx([100 / 255] * 3) and image[1, 0, :3] == pytest.approx(
        [100 / 255] * 3
    )
    assert np.ptp(image[1, 1, :3]) > 0.3


def test_colours_are_clear_to_colour_blind_readers():
    """The lightness alone (what everyone sees) rises along the one map, and tells size along the
    other."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    rising = Scale(1.0, False).colours(np.linspace(0, 1, 64))[:, :3] ** 2.2 @ weights
    assert (np.diff(rising) > 0).all()
    signed = Scale(1.0, True).colours(np.linspace(0, 1, 65))[:, :3] ** 2.2 @ weights
    assert (np.diff(signed[:31]) > 0).all() and (np.diff(signed[34:]) < 0).all()


def add_examples(path):
    with h5py.File(path, "a") as file:
        examples = file.create_group("entry/examples")
        examples["order"] = [3, 0]
        examples["cis"], examples["face"] = (
            np.full((2, 40, 32), 0.5, "f4"),
            np.full((2, 40, 32, 3), 90, "u1"),
        )
        examples["input"], examples["reprojected"] = (
            np.full((2, 8, 6, 3), 90, "u1"),
            np.full((2, 8, 6), 0.2, "f4"),
        )
        file["entry/images/order"], file["entry/images/confidence"] = (
            np.arange(9),
            np.linspace(0, 0.8, 9),
        )
        for name in ("label", "predicted", "target"):
            file[f"entry/images/{name}"] = np.array(
                ["female", "male", "male"] * 3, dtype=h5py.string_dtype()
            )
    return path


def test_examples_are_the_images_of_their_rows(result_file, tmp_path):
    first, second = csm.open(add_examples(result_file)).examples
    assert (first.label, first.confidence, second.label, second.confidence) == (
        "female",
        pytest.approx(0.3),
        "female",
        0,
    )
    assert (
        first.cis.shape == (40, 32)
        and first.input.shape == (8, 6, 3)
        and first.reprojected.shape == (8, 6)
    )
    assert command.main(["plot", str(result_file), "--output", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out/run_examples.png").stat().st_size > 10_000


def test_figures_are_written_in_each_format(result_file, tmp_path):
    assert (
        command.main(
            ["plot", str(result_file), "--output", str(tmp_path), "--format", "svg", "pdf"]
        )
        == 0
    )
    assert (tmp_path / "run.svg").read_text().lstrip().startswith("<?xml")
    assert (tmp_path / "run_regions.pdf").read_bytes().startswith(b"%PDF")
    assert not (tmp_path / "run.png").exists()


def test_the_formats_may_stand_before_the_file(result_file, tmp_path):
    assert command.main(["plot", "--format", "svg", "pdf", str(result_file)]) == 0
    assert (tmp_path / "run.svg").is_file() and (tmp_path / "run.pdf").is_file()


def test_a_file_is_not_a_folder_of_figures(result_file, tmp_path, capsys):
    assert command.main(["plot", str(result_file), "--output", str(tmp_path / "a.png")]) == 2
    assert "is the name of a file" in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()


@pytest.mark.parametrize(
    ("name", "is_narrow", "title"),
    [
        ("East_Asian/White", True, "East_Asian/White\n"),
        ("East_Asian/White", False, "East_Asian/White"),
        ("white", True, "white"),
        ("a" * 12 + "b" * 12, True, "a" * 8 + "\u2026" + "b" * 8 + "\n"),
    ],
)
def test_names_of_tiles_are_cut_only_if_they_do_not_fit(name, is_narrow, title):
    values = np.linspace(-1, 1, 9).reshape(3, 3)
    figure = Figure()
    axis = figure.subplots()
    tile = Tile(name, "n = 1", values, None, choose_scale([values]))
    _draw_tile(figure, axis, tile, None, is_narrow=is_narrow)
    assert axis.get_title(loc="left") == title and axis.get_title(loc="right") == "n = 1"


@pytest.mark.parametrize("name", [name for name in command.COMMANDS if name != "survey"])
def test_every_command_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as end:
        command.main([name, "--help"])
    assert end.value.code == 0
    assert f"usage: csm {name}" in capsys.readouterr().out


def test_wrong_commands_and_files_are_named(tmp_path, capsys):
    assert command.main(["draw"]) == 2 and "'draw' is not a command" in capsys.readouterr().err
    assert command.main(["plot", str(tmp_path / "none.h5")]) == 2
    assert "csm plot:" in (error := capsys.readouterr().err) and "does not exist" in error
    assert command.main([]) == 2 and "usage: csm COMMAND" in capsys.readouterr().out


def test_a_schema_is_checked_from_the_command(tmp_path, capsys):
    path = write_result(tmp_path / "short.h5")
    assert command.main(["schema", str(path)]) == 3
    assert "/entry/canonical is not in the file" in capsys.readouterr().out


def test_a_missing_package_is_one_line():
    code = (
        "import sys\nfor name in ('h5py', 'matplotlib'): sys.modules[name] = None\n"
        "from csm.command import main\nsys.exit(main(['plot', 'x.h5']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (
        done.returncode == 2 and done.stderr.count("\n") == 1 and "lacks the package" in done.stderr
    )


def test_models_of_functions_and_exports_import_few_packages():
    """csm serve runs in a Python that has NumPy alone; csm export in one that has torch besides."""
    blocked = "('PIL', 'scipy', 'h5py', 'onnx', 'matplotlib', 'skimage', 'pandas', 'cmcrameri')"
    code = (
        f"import sys\nfor name in {blocked}: sys.modules[name] = None\n"
        "import csm.export.command\nsys.modules['torch'] = None\n"
        "import csm.serve, csm.rest_worker\nprint('imported')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "imported"
