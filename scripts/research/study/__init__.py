"""Studies that drive csm_mpi on inputs whose answer is known."""
