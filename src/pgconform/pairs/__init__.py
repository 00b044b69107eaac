"""Claims put beside the truth: what rules look at."""
