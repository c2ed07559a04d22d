#!/usr/bin/env bash
# Runs a small reference set (the six tasks, an evaluation, a restart) and writes the hashes of every data set
# outside /entry/process to FOLDER/RUN.txt: a change of structure must leave them as they are.
# Usage: scripts/dev/reference_runs.sh FOLDER      then: diff -r FOLDER_BEFORE FOLDER_AFTER
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=${1:?usage: reference_runs.sh FOLDER}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
# shellcheck source=../../env.sh
source "$root/env.sh"
if ((EUID == 0)); then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
small=(--limit 5 --vertex-stride 150 --save-cis --quiet --overwrite --report none)

# hash_of NAME: the hashes of the result of one run.
hash_of() {
  python3 "$root/scripts/dev/dataset_hashes.py" "$work/$1.h5" >"$folder/$1.txt"
  echo "reference: $1, $(wc -l <"$folder/$1.txt") data sets"
}

for task in gender age expression pose recognition verification; do
  mpirun --oversubscribe -n 2 csm_mpi --task "$task" "${small[@]}" --output "$work/$task.h5"
  hash_of "$task"
done

mpirun --oversubscribe -n 2 csm_mpi --task gender_112 "${small[@]}" --evaluate grad_cam,random \
  --output "$work/evaluation.h5"
hash_of evaluation

# Stopped by a signal after every image has been kept, then started again on another number of ranks.
restart=(--task gender_112 --limit 24 --vertex-stride 60 --quiet --checkpoint-interval 0 --output "$work/restart.h5")
code=0
timeout --signal=TERM 5 csm_mpi "${restart[@]}" || code=$?
if ((code == 0)); then echo "reference: the run was through before the signal" >&2; fi
mpirun --oversubscribe -n 3 csm_mpi "${restart[@]}" --overwrite
hash_of restart
