"""What is run by the user's interpreter; see `pgconform.sources.python.models.imported`."""
