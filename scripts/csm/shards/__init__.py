"""What csm shards packs: the rows of manifests and the images of folders, by the rules of
csm_mpi."""
