"""The files of a project together: their facts read and kept, and what a name in one of them means."""
