"""What a file does with values, as short lists of operations: stage one, a pure function of its syntax tree."""
