"""What speaks against a finding: other SQL, the truth as a whole, and what the program itself says and does."""
