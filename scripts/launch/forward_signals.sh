# To be sourced: forward_signals COMMAND ... runs a launcher and returns its exit code. SIGTERM and SIGINT would make mpirun end its ranks
# within two seconds and return 1; SIGUSR1 it forwards to them, and so does srun. Therefore SIGUSR1, SIGTERM and SIGINT all reach it as SIGUSR1.
forward_signals() {
  # A session of its own, since Ctrl-C reaches the whole group of a terminal.
  setsid "$@" &
  local child=$! code
  # shellcheck disable=SC2064  # the child of now
  trap "echo 'csm: a signal came, csm_mpi saves and stops' >&2; kill -USR1 $child 2>/dev/null" USR1 TERM INT
  while true; do
    wait "$child"
    code=$?
    # wait also ends when a signal comes; the child lives on then, or a second wait gives its own code.
    ((code > 128)) || break
    kill -0 "$child" 2>/dev/null && continue
    wait "$child"
    code=$?
    break
  done
  trap - USR1 TERM INT
  return "$code"
}
