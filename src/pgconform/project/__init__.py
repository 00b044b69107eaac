"""One check of one project: which truth, which claims, judged, proven, kept for next time."""
