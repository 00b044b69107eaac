"""What expressions can be, and what operations make of such values; of a program they know what the evaluator tells."""
