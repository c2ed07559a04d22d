"""The fault campaign in its short form; scripts/dev/fault_campaign.py without options is the long one."""

import subprocess
import sys

import conftest


def test_a_few_runs_survive_their_faults():
    result = subprocess.run([sys.executable, conftest.ROOT / "scripts/dev/fault_campaign.py", "--runs", "4", "--seed", "7",
                             "--program", conftest.PROGRAM], capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stderr
    assert "4 of 4 runs survived." in result.stdout
