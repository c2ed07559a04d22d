"""What the tests of models that run elsewhere share."""

from pathlib import Path

import conftest
import h5py

WORKER = Path(__file__).with_name("black_box_worker.py")
SERVE = conftest.ROOT / "scripts" / "csm" / "serve.py"
FILL = ("--fill", "808080")  # pixels travel as whole numbers


def n_batches(data):
    path = data.folder / "asked"
    return len(path.read_text().split()) if path.exists() else 0


def run(run_csm, data, output, *more, n_ranks=1):
    result = run_csm(*data.arguments(output, *more), n_ranks=n_ranks)
    assert result.returncode == 0, result.stderr
    return h5py.File(output)


def one_error(result, code, *parts):
    """The one error line of a run that ends with this code."""
    lines = conftest.error_lines(result)
    assert result.returncode == code and len(lines) == 1, result.stderr
    for part in parts:
        assert part in lines[0], lines[0]
