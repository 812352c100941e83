"""Jobs on other machines: Ray and SLURM."""
