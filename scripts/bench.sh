#!/usr/bin/env bash
# Measures csm_mpi against its rivals, side by side and interleaved, and prints the ratios as a Markdown table (docs/performance.md).
# Sets up and builds first. Usage: scripts/bench.sh [--quick] [--pairs N] [--rows a,b,c,d,e] [--program FILE]
#        scripts/bench.sh engine [--models A,B,...] [--turns N] [--quick]   the incremental engine against the full one
#   --quick          seconds instead of three quarters of an hour; the figures mean nothing
#   --program FILE   measures this csm_mpi and skips set-up and build
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
case " $* " in
  *" --program"* | *" --help "* | *" -h "*) ;;
  *)
    "$root/scripts/setup.sh" >&2
    "$root/scripts/build.sh" release csm_mpi csm_engine_bench >&2
    ;;
esac

# shellcheck source=env.sh
source "$root/env.sh"
if ((EUID == 0)); then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
if [[ ${1:-} == engine ]]; then
  shift
  exec "$root/.csm/venv/bin/python" "$root/scripts/bench/run_engines.py" "$@"
fi
exec "$root/.csm/venv/bin/python" "$root/scripts/bench/run_bench.py" "$@"
