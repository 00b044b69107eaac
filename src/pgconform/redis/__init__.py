"""A Redis or Valkey server: read fast and gently, its entries judged, and brought back in line."""
