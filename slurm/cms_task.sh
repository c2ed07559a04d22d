#!/usr/bin/env bash
# Any job on Slurm: sbatch slurm/cms_task.sh NAME|FILE.cfg [csm_mpi options]
#   sbatch --nodes 4 --ntasks-per-node 4 --gpus-per-task 1 slurm/cms_task.sh gender --dataset /data/faces
# The result is $CSM_RESULTS/NAME.h5. Settings of the site: cluster.env.example.
#SBATCH --job-name=csm
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=4        # ranks: one for each GPU, or on a CPU partition one for each core
#SBATCH --cpus-per-task=1          # threads of a rank; with GPUs 4 or more, which decode and fit the next images
#SBATCH --mem-per-cpu=4G           # a rank takes its share of --memory-limit and about 1 GB for networks and maps
#SBATCH --time=04:00:00            # any: the run saves and is requeued; short jobs start sooner
#SBATCH --signal=B:USR1@120        # two minutes before the limit this shell is told; an image must end within them
#SBATCH --requeue                  # after preemption or a lost node Slurm starts the job again by itself
#SBATCH --open-mode=append         # one log over all restarts
#SBATCH --output=csm_%x_%j.log
set -uo pipefail

# shellcheck source=run_csm.sh
source "${CSM_HOME:-${SLURM_SUBMIT_DIR:-.}}/slurm/run_csm.sh"

job=${1:?Usage: sbatch slurm/cms_task.sh NAME|FILE.cfg [csm_mpi options]}
shift
name=$(basename "$job" .cfg)
which=(--task "$job")
if [[ -f $job ]]; then which=(--job "$job"); fi

output=$csm_results/$name.h5
if is_done "$output"; then
  log "'$output' is there already"
  exit 0
fi
run_csm "${which[@]}" --output "$output" "$@"
finish_job $? "$output"
