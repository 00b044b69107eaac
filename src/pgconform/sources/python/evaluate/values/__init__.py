"""What expressions can be, and what operations make of such values: nothing here knows of a program."""
