# Puts csm_mpi, csm, an mpirun whose Ctrl-C saves, and CSM's Python on the PATH of this shell. Usage: source env.sh
CSM_HOME=$(cd "$(dirname "${BASH_SOURCE[0]:-$0}")" && pwd)
export CSM_HOME
for csm_folder in "$CSM_HOME/.csm/venv/bin" "$CSM_HOME/build/release/bin" "$CSM_HOME/scripts/launch"; do
  case ":$PATH:" in
    *":$csm_folder:"*) ;;
    *) PATH="$csm_folder:$PATH" ;;
  esac
done
unset csm_folder
export PATH
# Threads that wait give their core to others, which the programs beside them need.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
