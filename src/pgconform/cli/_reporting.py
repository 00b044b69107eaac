"""What ``pgconform report`` does once its command line was understood."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pgconform.cli._screen import put
from pgconform.config import Project
from pgconform.monitor.audit.gathering import Audit, audit, span
from pgconform.monitor.store.opening import open_history
from pgconform.reports.json import encoded


def reported(project: Project, since: str, form: str, output: Path | None) -> None:
    """Writes the audit of a span of time."""
    began = span(since)
    engine = open_history(project, make=False)
    try:
        found = audit(engine, began)
    finally:
        engine.dispose()
    put(_rendered(found, form), output)


def _rendered(found: Audit, form: str) -> str:
    if form == "json":
        return encoded(msgspec.to_builtins(found))
    if form == "html":
        from pgconform.monitor.audit.html import render as page

        return page(found)
    from pgconform.monitor.audit.markdown import render

    return render(found)
