"""Many runs: designs, runner, store, statistics, sensitivity and reports."""
