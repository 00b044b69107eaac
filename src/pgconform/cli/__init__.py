"""The command line: one short module a command, found by its name and imported only when it is called."""
