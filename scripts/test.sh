#!/usr/bin/env bash
# The set-up, then every test. Usage: scripts/test.sh [ctest options]; its last lines are ctest's count.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh" --with-slurm --with-browser
"$root/scripts/build.sh" ci

# shellcheck source=env.sh
source "$root/env.sh"
cd "$root"
ctest --preset ci --parallel 2 "$@"
