"""Looking at the files of a project one after another, in passes: what each came to is kept as long as it holds."""
