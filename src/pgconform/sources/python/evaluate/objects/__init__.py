"""Classes of the project and their objects: what these hold, and what methods do to it."""
