"""Raw SQL of programs: brought into the form a server takes, proven by it, and put beside the truth."""
