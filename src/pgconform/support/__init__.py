"""What has nothing to do with schemas: files, names, texts, the version."""
