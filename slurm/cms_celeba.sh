#!/usr/bin/env bash
# The published maps on CelebA: sbatch slurm/cms_celeba.sh [TASK ...] [-- csm_mpi options], all five tasks without a name.
#   sbatch --nodes 2 --ntasks-per-node 4 --gpus-per-task 1 slurm/cms_celeba.sh gender
# TASK: gender, age, expression, pose, recognition. The data set is $CSM_DATASET, the results are
# $CSM_RESULTS/cms_celeba_TASK.h5; a task whose result is there is passed over. Settings of the site: cluster.env.example.
#SBATCH --job-name=csm_celeba
#SBATCH --nodes=2
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

tasks=()
while (($# > 0)) && [[ $1 != -- ]]; do
  tasks+=("$1")
  shift
done
if (($# > 0)); then shift; fi
if ((${#tasks[@]} == 0)); then tasks=(gender age expression pose recognition); fi

for task in "${tasks[@]}"; do
  output=$csm_results/cms_celeba_$task.h5
  if is_done "$output"; then
    log "'$output' is there already"
    continue
  fi
  run_csm --task "cms_celeba_$task" --dataset "${CSM_DATASET:?Set it in slurm/cluster.env: the folder of CelebA}" \
    --output "$output" "$@"
  code=$?
  if ((code != 0)); then finish_job "$code" "$output"; fi
done
