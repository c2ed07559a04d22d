# Functions of the batch scripts: find CSM, start it under mpirun or srun, hand signals on, requeue until done.
# To be sourced. Exit codes of csm_mpi: 0 done, 75 stopped with a checkpoint, everything else a failure.

csm_home=${CSM_HOME:-${SLURM_SUBMIT_DIR:-$PWD}}
if [[ -f $csm_home/slurm/cluster.env ]]; then
  # shellcheck source=/dev/null
  source "$csm_home/slurm/cluster.env"
  csm_home=${CSM_HOME:-$csm_home}
fi
if [[ ! -f $csm_home/env.sh ]]; then
  echo "slurm: '$csm_home' is not the folder of CSM. Call sbatch in it, or set CSM_HOME." >&2
  exit 2
fi
# shellcheck source=../env.sh
source "$csm_home/env.sh"
# shellcheck source=../scripts/launch/forward_signals.sh
source "$csm_home/scripts/launch/forward_signals.sh"
csm_program=${CSM_PROGRAM:-csm_mpi}
csm_results=${CSM_RESULTS:-$csm_home/results}
csm_restarts=${SLURM_RESTART_COUNT:-0}
csm_start=$(mktemp) # its time is when this attempt began
trap 'rm -f "$csm_start"' EXIT

log() { echo "slurm: $(date +%FT%T) job ${SLURM_JOB_ID:-none}, restart $csm_restarts: $*" >&2; }

# mpirun if it knows Slurm: it then starts one daemon a node by itself. Otherwise srun, which needs a PMI that the
# MPI library speaks; if the two do not match, Open MPI ends the ranks at their start.
choose_launcher() {
  case ${CSM_LAUNCHER:-auto} in
    mpirun | srun) echo "$CSM_LAUNCHER" ;;
    *)
      if command -v ompi_info >/dev/null && ompi_info --parsable 2>/dev/null | grep -q '^mca:plm:slurm:'; then
        echo mpirun
      elif srun --mpi=list 2>&1 | grep -q pmix; then
        echo srun
      else
        log "neither mpirun with Slurm support nor srun with PMIx is here. Load the MPI module that CSM was built with."
        return 1
      fi
      ;;
  esac
}

# Runs csm_mpi with these options on all tasks of the job; returns its exit code.
run_csm() {
  local launcher command
  launcher=$(choose_launcher) || return 2
  # Both: a rank that dies takes the others with it, instead of leaving them waiting until the time limit.
  # shellcheck disable=SC2206  # several options in one list
  if [[ $launcher == srun ]]; then
    command=(srun --kill-on-bad-exit=1 ${CSM_SRUN_OPTIONS:---mpi=pmix} "$csm_program" "$@")
  else
    command=(mpirun -n "${SLURM_NTASKS:-1}" ${CSM_MPIRUN_OPTIONS:---bind-to none} "$csm_program" "$@")
  fi
  log "${command[*]}"
  forward_signals "${command[@]}"
  local code=$?
  log "csm_mpi ended with exit code $code"
  return "$code"
}

# Whether a result is there and nothing is left to clear up.
is_done() { [[ -f $1 && ! -d $1.checkpoint ]]; }

# Whether this attempt at a result has saved anything.
has_saved() { [[ -n $(find "$1.checkpoint" -name '*.checkpoint' -newer "$csm_start" 2>/dev/null | head -n 1) ]]; }

# This job as scontrol is to name it. The job id of the last task of an array is the array's own, and would name all of
# its tasks. In a heterogeneous job it is the first component's, which names them all.
job_name() {
  if [[ -n ${SLURM_ARRAY_JOB_ID:-} && -n ${SLURM_ARRAY_TASK_ID:-} ]]; then
    echo "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
  else
    echo "${SLURM_JOB_ID:-}"
  fi
}

# Whether Slurm is ending this job for another reason than its time limit: it was cancelled, and a requeue would bring it
# back, or Slurm requeues it by itself. csm_mpi is told to stop then as before a time limit.
is_ended_by_slurm() {
  local record
  record=$(scontrol show job --oneliner "$(job_name)" 2>/dev/null)
  [[ $record =~ \ JobState=[A-Z_,+]*(COMPLETING|CANCELLED) && $record != *" Reason=TimeLimit "* ]]
}

# Ends the job after csm_mpi's exit code for a result: requeued if the run was stopped with a checkpoint, or ended from
# outside (a lost node, a killed rank: the launcher's code) after it had saved something, or early in the job's life. A run
# that failed by itself (2: bad options or input, 3: failed) ends the job, so nothing can go round in circles.
finish_job() {
  local code=$1 output=$2 is_temporary=no
  case $code in
    0) exit 0 ;;
    75) is_temporary=yes ;;
    2 | 3) ;;
    *) if has_saved "$output" || ((csm_restarts < 2)); then is_temporary=yes; fi ;;
  esac
  if [[ $is_temporary == no ]]; then exit "$code"; fi
  if is_ended_by_slurm; then
    log "not requeued: Slurm ends the job. If it was cancelled, submit it again to go on."
    exit "$code"
  fi
  if ((csm_restarts >= ${CSM_MAX_RESTARTS:-200})); then
    log "not done after $csm_restarts restarts (CSM_MAX_RESTARTS). Run the script again to go on."
    exit "$code"
  fi
  log "requeued to go on"
  if ! scontrol requeue "$(job_name)"; then
    log "scontrol cannot requeue $(job_name). Run the script again to go on."
    exit "$code"
  fi
  # The requeue ends this shell.
  sleep 300
}
