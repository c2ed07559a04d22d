#!/usr/bin/env bash
# From nothing to a map: set-up, build, then the gender map of the sample faces on two ranks. Usage: scripts/demo.sh
# Safe to run again: then it only runs the job.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
start=$SECONDS
# The times of the steps were measured on two quiet cores from nothing, with the Debian packages in
# apt's cache and an empty compiler cache: 59, 124 and 41 s, 224 s in all.

# step NUMBER WHAT HOW_LONG COMMAND ...: names a step before it begins and its time when it ends.
step() {
  local number=$1 what=$2 how_long=$3 begin=$SECONDS
  shift 3
  echo
  echo "demo: step $number of 3: $what ($how_long)"
  "$@" || return
  echo "demo: step $number took $((SECONDS - begin)) s"
}

set_up() { "$root/scripts/setup.sh" || echo "demo: going on without what is missing"; }

# A random sample of the vertices of each face, and each face as it is and mirrored: a steady map of few faces in a minute.
make_map() {
  mpirun --oversubscribe -n 2 csm_mpi --task gender --quality standard --mirror image --output "$root/results/gender.h5" --overwrite
}

step 1 "installing packages and converting the networks" "a minute and what the downloads take, seconds later" set_up
step 2 "building the program" "2 minutes on two cores, 6 on busy ones, seconds later" "$root/scripts/build.sh" release csm_mpi csm_test
# shellcheck source=env.sh
source "$root/env.sh"
if ((EUID == 0)); then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
mkdir -p "$root/results"
step 3 "the map of a gender network over the sample faces" "a minute" make_map

echo
echo "demo: done in $((SECONDS - start)) s"
echo "  result file  $root/results/gender.h5"
for kind in "image       :gender.png" "report      :gender.html"; do
  if [[ -f $root/results/${kind#*:} ]]; then echo "  ${kind%:*} $root/results/${kind#*:}"; fi
done
# terms: allow, where is a place
echo "Where the image is bright, an occluded patch takes most confidence away from the gender that the network predicts; where it fades, these faces do not tell."
