#!/usr/bin/env bash
# Measures csm_mpi against its baselines, side by side and interleaved, and prints the ratios as Markdown tables. Sets up and builds first. Usage:
#   scripts/dev/bench.sh [--quick] [--pairs N] [--rows a,b,c,d,e]           against bare loops, ranks and Captum (docs/reports/performance.md)
#   scripts/dev/bench.sh engine [--quick] [--turns N] [--models A,B,...]    the incremental engine against the full one (docs/reports/performance.md)
#   scripts/dev/bench.sh budget [--quick] [--images N] [--models A,B,...]   the adaptive engine and samples of vertices (docs/reports/performance.md)
#   scripts/dev/bench.sh engine --precision [--models A,B,...]              bfloat16 differences against float32
#   scripts/dev/bench.sh scaling [--quick] [--pairs N] [--rows a,b,c,d,e]   what ranks cost (docs/reports/scaling.md)
#   scripts/dev/bench.sh doors [--turns N] [--requests N]       one network as a file, a process and a service (docs/black_box.md)
# --quick          seconds instead of three quarters of an hour; the figures mean nothing
# --program FILE   measures this csm_mpi and skips set-up and build
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
case " $* " in
  *" --program"* | *" --help "* | *" -h "*) ;;
  *)
    "$root/scripts/setup.sh" >&2
    "$root/scripts/build.sh" release csm_mpi csm_engine_bench csm_bench_sleep >&2
    ;;
esac

# shellcheck source=env.sh
source "$root/env.sh"
if ((EUID == 0)); then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
export PYTHONPATH="$root/scripts:$root/scripts/dev${PYTHONPATH:+:$PYTHONPATH}"
script=run_bench.py
case ${1:-} in
  engine) script=run_engines.py ;;
  budget) script=run_budget.py ;;
  scaling) script=run_scaling.py ;;
  doors) script=run_doors.py ;;
esac
if [[ $script != run_bench.py ]]; then shift; fi
exec "$root/.csm/venv/bin/python" "$root/scripts/dev/bench/$script" "$@"
