"""What happened in a span of time, for people who were not there."""
