#!/usr/bin/env bash
# One map for each line of a list, as a job array: sbatch --array=1-6 slurm/cms_array.sh LIST
# A line of LIST holds options of csm_mpi and must give its own --output; empty lines and lines with # are passed over:
#   --task gender --model models/ours.pt --output /scratch/ours.h5
#   --task gender --model models/theirs.pt --output /scratch/theirs.h5
#SBATCH --job-name=csm_array
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=4        # ranks: one for each GPU, or on a CPU partition one for each core
#SBATCH --cpus-per-task=1          # threads of a rank; with GPUs 4 or more, which decode and fit the next images
#SBATCH --mem-per-cpu=4G           # a rank takes its share of --memory-limit and about 1 GB for networks and maps
#SBATCH --time=04:00:00            # any: the run saves and is requeued; short jobs start sooner
#SBATCH --signal=B:USR1@120        # two minutes before the limit this shell is told; an image must end within them
#SBATCH --requeue                  # after preemption or a lost node Slurm starts the job again by itself
#SBATCH --open-mode=append         # one log over all restarts
#SBATCH --output=csm_%x_%A_%a.log
set -uo pipefail

# shellcheck source=run_csm.sh
source "${CSM_HOME:-${SLURM_SUBMIT_DIR:-.}}/slurm/run_csm.sh"

list=${1:?Usage: sbatch --array=1-N slurm/cms_array.sh LIST}
mapfile -t lines < <(grep -v -e '^[[:space:]]*$' -e '^[[:space:]]*#' "$list")
line=${lines[${SLURM_ARRAY_TASK_ID:?Give sbatch --array=1-N} - 1]:-}
if [[ -z $line ]] || ((SLURM_ARRAY_TASK_ID < 1)); then
  log "'$list' has no line $SLURM_ARRAY_TASK_ID"
  exit 2
fi

# The arguments on a line into the array `options`; quotes mean what they mean in a shell.
split_line() { eval "options=($1)"; }

# The file that --output names in these arguments, the last one if there are several.
output_of() {
  local output=
  while (($# > 0)); do
    case $1 in
      --output) output=${2:-} ;;
      --output=*) output=${1#--output=} ;;
    esac
    shift
  done
  if [[ -n $output ]]; then realpath -m -- "$output"; fi
}

split_line "$line"
output=$(output_of "${options[@]}")
if [[ -z $output ]]; then
  log "line $SLURM_ARRAY_TASK_ID of '$list' has no --output: its task could take another's result for its own"
  exit 2
fi
for i in "${!lines[@]}"; do
  if ((i + 1 == SLURM_ARRAY_TASK_ID)); then continue; fi
  split_line "${lines[i]}"
  if [[ $(output_of "${options[@]}") == "$output" ]]; then
    log "the lines $SLURM_ARRAY_TASK_ID and $((i + 1)) of '$list' have one --output, '$output': give each its own"
    exit 2
  fi
done
split_line "$line"
if is_done "$output"; then
  log "'$output' is there already"
  exit 0
fi
run_csm "${options[@]}"
finish_job $? "$output"
