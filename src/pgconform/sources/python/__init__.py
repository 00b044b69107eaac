"""Python programs as a source of claims: read file by file into facts, then linked across files; never run."""
