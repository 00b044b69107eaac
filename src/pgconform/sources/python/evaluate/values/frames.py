"""Where operations have their values: a scope, seen by itself or as one call runs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from pgconform.sources.python.evaluate.values.entries import Later
from pgconform.sources.python.evaluate.values.kinds import Function, Value
from pgconform.sources.python.flows.heads import Scope
from pgconform.sources.python.flows.operations import Call, Free, Op

Identity: TypeAlias = "tuple[str, int] | tuple[str, int, Identity, int]"
"""A scope by itself, or as a call in another frame runs it."""
Place: TypeAlias = tuple[str, int]


class Frame:
    """A scope and the values of its operations so far. ``given`` are its parameters' values where a call says them.

    ``home`` is the file of the scope in which the call began, however deep it is nested.
    ``brief`` are values worked out without looking into calls, ``reached`` those of an operation when another is
    reached. ``rows`` marks what may be rows of a response.
    ``closed`` are options of choices, by the numbers of both, that have another value in this call: they are not taken,
    or nobody knows. ``caller``: where the call stands; ``passing`` is it, where its arguments are all that is passed,
    and whether the first parameter is something else.
    ``origins`` are what values were before tests of them, once they were looked for.
    ``unsure``: the call may as well be of another class's method, which asks nothing.
    """

    __slots__ = (
        "brief",
        "caller",
        "closed",
        "depth",
        "given",
        "home",
        "identity",
        "memo",
        "number",
        "ops",
        "origins",
        "outer",
        "passing",
        "reached",
        "rows",
        "scope",
        "unsure",
        "uri",
    )

    def __init__(self, uri: str, number: int, scope: Scope, ops: tuple[Op, ...]) -> None:
        self.uri = uri
        self.number = number
        self.scope = scope
        self.ops = ops
        self.given: dict[int, Value | Later] | None = None
        self.outer: Frame | None = None
        self.caller: Frame | None = None
        self.passing: tuple[Call, bool] | None = None
        self.identity: Identity = (uri, number)
        self.home = uri
        self.depth = 0
        self.memo: dict[int, Value] = {}
        self.brief: dict[int, Value] = {}
        self.reached: dict[tuple[int, int], Value] = {}
        self.closed: dict[tuple[int, int], Value] = {}
        self.origins: dict[int, int] = {}
        self.rows: bytearray | None = None
        self.unsure = False

    def called(self, given: dict[int, Value | Later], outer: Frame | None, caller: Frame, op: int) -> Frame:
        """The same scope as one call runs it."""
        frame = Frame(self.uri, self.number, self.scope, self.ops)
        frame.given = given
        frame.outer = outer
        frame.caller = caller
        frame.identity = (self.uri, self.number, caller.identity, op)
        frame.home = caller.home
        frame.depth = caller.depth + 1
        frame.unsure = caller.unsure
        return frame

    def without(self, unsaid: Mapping[int, Value]) -> Frame:
        """The same scope in whatever call that passes these parameters, of which no more than that is known."""
        frame = Frame(self.uri, self.number, self.scope, self.ops)
        frame.given = dict(unsaid)
        frame.identity = (self.uri, self.number, self.identity, -1 - sum(1 << index for index in unsaid))
        return frame

    def named(self, name: str | int) -> list[int]:
        """The operations that take what the scopes around hold under a name."""
        return [number for number, op in enumerate(self.ops) if type(op) is Free and op.name == name]

    @property
    def alone(self) -> bool:
        """The scope is seen by itself, whoever calls it."""
        return self.given is None


def inside(frame: Frame, function: Function) -> bool:
    """The function is being called by itself, directly or not."""
    identity = frame.identity
    while True:
        if identity[0] == function.uri and identity[1] == function.scope:
            return len(identity) > 2 or frame.given is not None
        if len(identity) == 2:
            return False
        identity = identity[2]
