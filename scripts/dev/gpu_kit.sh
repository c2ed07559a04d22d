#!/usr/bin/env bash
# What a GPU does for CSM, measured within minutes on a machine that has little more than Python with torch.
#   scripts/dev/gpu_kit.sh --prepare DIR                    here: gathers all that the check needs (after scripts/build.sh)
#   DIR/gpu_kit.sh --run DIR [--device cuda|cpu] [...]      there: builds, tests, measures; --help says more
# CSM_PYTHON is the Python that has torch; default: that of scripts/setup.sh, else python3.
set -euo pipefail

here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
python=${CSM_PYTHON:-$here/../../.csm/venv/bin/python}
if ! command -v "$python" >/dev/null; then python=python3; fi
PYTHONPATH=$here exec "$python" -m gpu_kit "$@"
