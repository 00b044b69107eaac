"""How two truths differ."""
