"""Who plays the jobs of a sweep: processes of this machine, a Ray cluster, SLURM. One file each, one class."""
