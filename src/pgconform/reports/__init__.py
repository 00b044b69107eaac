"""Reports: one a module, found by its name. Each has ``render(report, look) -> str``, a pure function."""

from __future__ import annotations

from pgconform.reports.registry import formats, renderer

__all__ = ["formats", "renderer"]
