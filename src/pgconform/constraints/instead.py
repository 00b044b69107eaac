"""Writes that end up elsewhere than they say."""

from __future__ import annotations

import re

from pgconform.schema import Relation


def diverts(relation: Relation, event: str = "") -> bool:
    """A rule, or a trigger of a view, does something of its own with what is written: at any event, or at that one.

    ``event`` is "insert", "update" or "delete".
    """
    rules = relation.writable.instead if relation.writable else ()
    if event in rules if event else rules:
        return True
    begins = re.compile(rf"\bINSTEAD OF [A-Z ]*{event.upper()}")
    return relation.kind == "view" and any(begins.search(trigger.definition) for trigger in relation.triggers)
