"""What operations come to across the files of a project, without running anything: stage two."""
