"""Everything brought in line with the schema, at once or not at all."""
