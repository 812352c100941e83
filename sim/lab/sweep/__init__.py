"""Many runs: their jobs, processes and outputs."""
