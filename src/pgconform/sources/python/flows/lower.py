"""One scope on its way to operations: the names it has bound so far, and what they hold."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec
from msgspec.structs import replace

from pgconform.sources.python.flows.cursors import passed_over
from pgconform.sources.python.flows.decorators import keeps_calls
from pgconform.sources.python.flows.heads import (
    Attempt,
    Guarded,
    Keyed,
    Parameter,
    Scope,
    Sided,
    Summary,
)
from pgconform.sources.python.flows.operations import (
    ACTS,
    CHANGED,
    EARLIER,
    Attr,
    Const,
    Either,
    Free,
    Func,
    Noted,
    Op,
    Param,
    Typed,
)
from pgconform.sources.python.flows.outcomes import Outcome
from pgconform.sources.python.flows.places import joined_marks, text_marks
from pgconform.sources.python.flows.spelling import encodable
from pgconform.sources.python.flows.summary import summary
from pgconform.sources.python.flows.tests import Told, Ways
from pgconform.sources.python.flows.ties import either_way, of_keys, of_parameters

if TYPE_CHECKING:
    from pgconform.sources.python.flows.scopes import File
    from pgconform.sources.python.syntax.tree import Lines

NO_ROUNDS: Mapping[str, int] = {}
LARGEST = 2_000
"""Items of one display that are followed; a longer one is data, not code."""


_LEFT = 1 << 30
"""The part of what is done unless a function is left before."""


class Branch(msgspec.Struct, frozen=True):
    """What names hold at the end of a branch, and whether it goes on from there; ``needs`` as in `Either`.

    The operations from ``start`` to ``end`` are done by no other branch.
    """

    env: dict[str, int]
    alive: bool
    needs: tuple[int, ...] = ()
    start: int = 0
    end: int = 0


Failed: TypeAlias = tuple[dict[str, int], int]
"""What names hold where a ``try`` is left, and the number of operations until then."""


class Exits(NamedTuple):
    """What names hold where the rounds of a loop are left: to break it off, or to go on with the next."""

    broken: list[Branch]
    going_on: list[Branch]


class Remainder(msgspec.Struct, frozen=True):
    """Where the rest of a block starts that only one outcome of a test leads to; ``env`` is what names held then."""

    start: int
    env: dict[str, int]
    tests: list[Told | Ways]


class Lower:
    """A scope being read. ``env`` is None after a statement that never goes on.

    ``branches`` are those that what is read now stands in, one in another; ``body`` is a function's.
    ``parts`` are as in `Scope`.
    ``decorating`` are functions within, as in `pgconform.sources.python.flows.decorators.keeps_calls`.
    ``outcomes`` are how tests came out, by the names that hold that.
    ``telling``: what is read now goes to a log or into an exception, so that nobody asks for its text. ``raised`` is
    the exception of a ``raise``. ``failing`` are the statements of a ``try`` before which it is left at first, and at
    last; ``failed`` those that were met. ``held`` are the names of objects in whose attributes something was stored,
    and from where on calls were not looked at; those ``handed`` on were given to some, or had methods called.
    """

    def __init__(self, file: File, number: int, outer: Lower | None = None) -> None:
        self.file = file
        self.lines: Lines = file.lines
        self.wide = file.lines.wide
        self.number = number
        self.outer = outer
        self.ops: list[Op] = []
        self.env: dict[str, int] = {}
        self.alive = True
        self.free: dict[str, int] = {}
        self.shared: dict[str, int] = {}
        self.returns: list[int] = []
        self.yields: list[int] = []
        self.attempts: list[Attempt] = []
        self.guarded: list[Guarded] = []
        self.keyed: list[Keyed] = []
        self.sided: list[Sided] = []
        self.needed: list[tuple[int, int, int]] = []
        self.apart: list[tuple[int, int, int]] = []
        self.tested: list[tuple[int, ...]] = []
        self.met: list[tuple[int, ...]] = []
        self.blocks: list[tuple[int, int]] = []
        self.forks: dict[tuple[object, ...], int] = {}
        self.origins: dict[int, int] = {}
        self.hung: dict[int, tuple[set[int], int]] = {}
        self.left: list[tuple[int, int]] = []
        self.remainders: list[Remainder] = []
        self.outside: set[str] = set()
        self.globals: list[tuple[str, int]] = []
        self.nested = False
        self.owner = -1
        self.exits: list[Exits] = []
        self.rounds: list[int] = []
        self.annotations: dict[str, str] = {}
        self.asked: set[str] = set()
        self.later: list[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]] = []
        self.lambdas: list[int] = []
        self.telling = False
        self.failing: tuple[ast.stmt | None, ...] = ()
        self.failed: list[Failed] = []
        self.raised: ast.expr | None = None
        self.held: dict[str, int] = {}
        self.handed: set[str] = set()
        self.rebound: set[str] = set()
        self.left_with: dict[int, dict[str, int]] = {}
        self.reassigned: set[str] = set()
        self.decorating: dict[int, int] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.branches = 0
        self.body: list[ast.stmt] = []
        self.parts: list[int] = []
        self._joins = 0

    def next_join(self) -> int:
        """A number for the ways that part here and meet again."""
        self._joins += 1
        return self._joins

    def add(self, op: Op) -> int:
        self.ops.append(op)
        return len(self.ops) - 1

    def latest(self, value: int) -> int:
        """The value as an operation of this moment, where it is one of an earlier."""
        return value if value == len(self.ops) - 1 else self.add(Noted(value, ""))

    def typed(self, kind: str = "") -> int:
        """The value of that type of which nothing else is known; one operation for all of them."""
        if (found := self.shared.get(kind)) is None:
            found = self.shared[kind] = self.add(Typed(kind))
        return found

    def name(self, name: str) -> int:
        """What a name holds here."""
        if (held := self.env.get(name)) is not None:
            return held
        if (held := self.free.get(name)) is None:
            held = self.free[name] = self.add(Free(name))
        return held

    def bind(self, name: str, value: int) -> None:
        if name in self.outside:
            self.globals.append((name, value))
        if self.nested and name in self.env and (self.later or self.lambdas):
            self.rebound.add(name)
        if name in self.held:
            self._let_go(name)
        self.env[name] = self.typed() if name in self.reassigned else value

    def give(self, value: int, node: ast.Yield | ast.YieldFrom) -> None:
        """What a generator yields."""
        self.yields.append(value)
        left = any(last < 0 for _, _, last in self.apart)
        part = sum(item.lineno <= node.lineno for item in self.body) if self.branches else _LEFT if left else 0
        self.parts.append(-part if self.branches > 1 else part)

    def _let_go(self, owner: str) -> None:
        """A name holds another object: nothing is known of its attributes."""
        del self.held[owner]
        for name in [name for name in self.env if name.startswith(f"{owner}.")]:
            del self.env[name]

    def _before(self, name: str) -> int:
        """What an attribute holds where a branch stores nothing in it: what it had before."""
        owner, _, attribute = name.partition(".")
        return self.add(Attr(self.name(owner), attribute, 0, 0))

    def give_up(self, names: Iterable[str]) -> None:
        """A function within assigns these names, whenever it is called: from here on they may hold anything."""
        for name in names:
            self.reassigned.add(name)
            if (held := self.env.get(name)) is not None:
                self.bind(name, held)

    def within(self, name: str) -> int:
        """What a function within finds under a name: what that holds at the end; anything where it was bound anew."""
        held = self.name(name)
        return self.either([held, self.typed()]) if name in self.rebound else held

    def column(self, line: int, offset: int) -> int:
        return self.lines.column(line, offset) if line in self.wide else offset + 1

    def place(self, node: ast.expr) -> tuple[int, int, int, int]:
        """The line and column at which an expression starts, and those at which it ends."""
        line, offset = node.lineno, node.col_offset
        end, end_offset = node.end_lineno or line, node.end_col_offset or 0
        if line in self.wide or end in self.wide:
            return line, self.lines.column(line, offset), end, self.lines.column(end, end_offset)
        return line, offset + 1, end, end_offset + 1

    def constant(self, value: bool | int | float | str | None, node: ast.expr) -> int:
        return self.add(Const(value, *self.place(node)))

    def text(self, node: ast.Constant, value: str) -> int:
        """A string constant with the places of its characters."""
        line, column, end, end_column = place = self.place(node)
        if line == end and end_column - column == len(value) + 2 and value.isascii():
            self.ops.append(Const(value, line, column, end, end_column, ((0, line, column + 1),)))
        else:
            self.ops.append(Const(encodable(value), *place, text_marks(self.lines, node, value)))
        return len(self.ops) - 1

    def text_parts(self, node: ast.JoinedStr) -> list[tuple[ast.expr, tuple[tuple[int, int, int], ...]]]:
        """The parts of an f-string with their marks."""
        return list(zip(node.values, joined_marks(self.lines, node), strict=True))

    def either(
        self, options: list[int], join: int = -1, fallback: bool = False, needs: tuple[tuple[int, ...], ...] = ()
    ) -> int:
        """One of several values; options of one ``join`` belong together by number. See `Either` for ``needs``."""
        if len(set(options)) == 1:
            return options[0]
        join = self.next_join() if join < 0 else join
        return self.add(Either(join, tuple(options), fallback, needs if any(needs) else ()))

    def earlier(self) -> int:
        """What a name that a loop assigns held after an earlier round."""
        return self.add(Typed(EARLIER))

    def meet(self, branches: list[Branch], earlier: Mapping[str, int] = NO_ROUNDS, join: int = -1) -> None:
        """What names hold where branches meet again; none goes on: neither does the scope.

        ``earlier``: what they held after earlier rounds, where a loop ends. ``join`` is theirs if they have one.
        """
        needs = tuple([branch.needs for branch in branches if branch.alive])
        alive = [branch.env for branch in branches if branch.alive]
        self.alive = bool(alive)
        if self.nested and self.later:
            self._leave([branch for branch in branches if not branch.alive])
        if len(alive) < 2:
            self.env = alive[0] if alive else branches[-1].env
            return
        first, *others = alive
        same = dict(first)
        for env in others:
            if env != first:
                same.update([(name, -1) for name, value in env.items() if same.get(name) != value])
                same.update(dict.fromkeys(first.keys() - env.keys(), -1))
        self.env = same
        if -1 not in same.values():
            return
        join = self.next_join() if join < 0 else join
        unsaid = -1 if earlier is NO_ROUNDS else CHANGED
        first_met = len(self.ops)
        for name in [name for name, value in same.items() if value < 0]:
            held = [env.get(name, -1) for env in alive]
            if -1 in held:
                absent = self._before(name) if "." in name else self.typed("unbound")
                held = [absent if value < 0 else value for value in held]
            elif earlier is NO_ROUNDS and (whole := either_way(self.ops, held)) >= 0:
                same[name] = whole
                continue
            same[name] = self.add(
                Either(join, tuple(held), False, needs if any(needs) else (), earlier.get(name, unsaid))
            )
        if len(self.ops) > first_met:
            spans = [bound for branch in branches if branch.alive for bound in (branch.start, branch.end)]
            self.met.append((first_met, len(self.ops), *spans))

    def _leave(self, branches: Iterable[Branch]) -> None:
        """Keep what names hold where branches are left, for the functions that these define."""
        for branch in branches:
            for op in self.ops[branch.start : branch.end]:
                if type(op) is Func:
                    self.left_with.setdefault(op.scope, branch.env)

    def guard(self, start: int, env: dict[str, int], tests: list[Told | Ways]) -> None:
        """Note that the operations since ``start`` run only where tests of parameters come out so."""
        for index, test in of_parameters(self.ops, env, tests) if tests and len(self.ops) > start else ():
            self.guarded.append(Guarded(start, len(self.ops), index, test.kind, test.texts, test.holds))
        self.key(start, env, tests)

    def key(self, start: int, env: dict[str, int], tests: list[Told | Ways]) -> None:
        """Note that the operations since ``start`` run only where tests of what dicts have under keys come out so."""
        for base, kind, key, holds in of_keys(self.ops, env, tests) if tests and len(self.ops) > start else ():
            self.keyed.append(Keyed(start, len(self.ops), base, kind, key, holds))

    def side(self, env: dict[str, int], sides: Sequence[list[Told | Ways]]) -> None:
        """Note which option of the choices that were met last is only where tests of parameters come out so."""
        first, last, *_ = self.met[-1]
        for option, tests in enumerate(sides):
            for index, test in of_parameters(self.ops, env, tests) if tests else ():
                self.sided.append(Sided(first, last, option, index, test.kind, test.texts, test.holds))

    def take(self, parameters: tuple[Parameter, ...]) -> None:
        """The parameters of the function this scope is the body of."""
        for number, parameter in enumerate(parameters):
            self.env[parameter.name] = self.add(Param(number, parameter.blank))

    def finished(self, head: Scope) -> Scope:
        """The scope as read, beside what its ``def`` or ``class`` statement said."""
        read = replace(
            head,
            captured=self._captured(),
            acts=not ACTS.isdisjoint(map(type, self.ops)),
            returns=tuple(self.returns),
            yields=tuple(self.yields),
            parts=tuple(self.parts),
            names={} if self.nested else dict(self.env),
            globals=tuple(self.globals),
            annotations=self.annotations,
            attempts=tuple(self.attempts),
            guarded=tuple(self.guarded),
            keyed=tuple(self.keyed),
            needed=tuple(self.needed),
            apart=tuple(self.apart),
            tested=tuple(self.tested),
            met=tuple(self.met),
            sided=tuple(self.sided),
            blocks=passed_over(self.ops, self.blocks) if self.file.fetches else (),
        )
        return replace(read, summary=self._summary(read))

    def _summary(self, head: Scope) -> Summary:
        """What the scope does; a function that makes one which asks something of a database may be what runs it."""
        said = summary(head, self.ops, (*self.returns, *self.yields), self._taken, sending=self.file.sending)
        if self.returns and self.nested and (kept := keeps_calls(self, head)):
            said = replace(said, keeps_calls=kept)
        more = self.asked.difference(said.uses) if self.nested else ()
        return replace(said, uses=tuple(sorted((*said.uses, *more)))) if more else said

    def _taken(self, number: int) -> dict[str, int]:
        """What a function within takes from this one."""
        return self.file.scopes[number].captured

    def _captured(self) -> dict[str, int]:
        """What the free names hold in the function around, which may have them from further out."""
        around = self.outer
        if around is None:
            return {}
        return {name: around.within(name) for name in self.free if around.holds(name)}

    def holds(self, name: str) -> bool:
        """The name is bound here or in a function further out; what a module binds is looked up by name."""
        return name in self.env or (self.outer is not None and self.outer.holds(name))
