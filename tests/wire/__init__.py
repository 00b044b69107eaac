"""Values sent over real wires: what the lattice says of types is held to what servers, drivers and Pydantic do."""
