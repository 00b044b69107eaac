"""What a file does with the database: the facts of query chains, payloads, results and raw SQL."""

from __future__ import annotations

import ast

import msgspec

from pgconform.sources.python.syntax import Lines

MATTERS = rb"\.(?:table|from_|rpc|execute\w*|fetch\w*)\s*\("


class FlowFacts(msgspec.Struct, frozen=True, array_like=True):
    """What one file says to the database."""


def collect(tree: ast.Module, lines: Lines) -> FlowFacts:  # noqa: ARG001
    """The facts of one syntax tree; ``lines`` converts its places to characters."""
    return FlowFacts()
