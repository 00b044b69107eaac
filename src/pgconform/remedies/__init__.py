"""A finding's remedy as edits of the file it stands in: by exact span, in the claim's own language."""
