"""What documents say of a schema: Markdown, diagrams, and the context files that agents are given."""
