#!/usr/bin/env bash
# From nothing to a picture: set-up, build, then the gender map of the sample faces on two ranks. Usage: scripts/demo.sh
# Safe to run again: then it only runs the job.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh" || echo "demo: going on without what is missing"
"$root/scripts/build.sh" release csm_mpi

# shellcheck source=env.sh
source "$root/env.sh"
if ((EUID == 0)); then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
mkdir -p "$root/results"
# A random sample of the vertices of each face, and each face as it is and mirrored: a steady map of few faces in a minute.
echo "demo: mpirun -n 2 csm_mpi --task gender --quality standard --mirror image"
mpirun --oversubscribe -n 2 csm_mpi --task gender --quality standard --mirror image \
  --output "$root/results/gender.h5" --overwrite

echo
echo "demo: done"
echo "  result file  $root/results/gender.h5"
echo "  picture      $root/results/gender.png"
echo "  report       $root/results/gender.html"
