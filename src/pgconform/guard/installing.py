"""The function a team can install so that a guard asks its question in one call over the API."""

from __future__ import annotations

from pathlib import Path

from pgconform.guard.question import template
from pgconform.sources.postgres.names import quoted


def function(schema: str = "public") -> str:
    """The SQL that installs it in a schema the API exposes."""
    text = (Path(__file__).parent / "question_function.sql").read_text(encoding="utf-8")
    return text.replace("{schema}", quoted(schema)).replace("{question}", template().format(uses="uses"))
