"""Documents written of a truth: a data dictionary, diagrams, context for agents, blocks in other documents."""
