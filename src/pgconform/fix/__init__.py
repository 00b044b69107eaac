"""Findings mended: remedies chosen, proven by judging the edited text again, and written."""
