"""What is said to a person: of a log or on the screen, and to nobody else."""

from __future__ import annotations

import ast

_LEVELS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "success"})


def tells(callee: ast.expr) -> bool:
    """The call prints, or writes to a log."""
    if type(callee) is ast.Attribute:
        if callee.attr not in _LEVELS:
            return False
        base = callee.value
        name = base.id if type(base) is ast.Name else base.attr if type(base) is ast.Attribute else ""
        said = name.lower().strip("_")
        return said.startswith("log") or said.endswith("logger")
    return type(callee) is ast.Name and callee.id == "print"
