"""Little programs whose rows come from functions that other code makes, wraps, or changes: and what they send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.programs import KEYS, TABLES, untrue

__all__ = ["Program", "untrue"]


@dataclass
class Program:
    """Functions that make rows, then a ``main`` that calls them and sends what they give; ``pick`` chooses.

    Every test is of ``ask()``. What a module holds is set by ``main`` itself, for nobody else runs.
    """

    pick: Callable[[Sequence[str]], str]
    before: list[str] = field(default_factory=list)
    number: int = 0

    def text(self) -> str:
        body = [f"s = '{self.pick(TABLES)}'", f"d = {self.display()}"]
        for _ in range(int(self.pick("123"))):
            kind = self.pick(["decorated", "decorated", "closure", "generator", "generator", "held", "change"])
            lines: list[str] = getattr(self, kind)()
            asked = not any(line.startswith("for") for line in lines) and self.pick("01234") == "0"
            body += ["if ask():", *[f"    {line}" for line in lines]] if asked else lines
        body.append(f"db.table(s).insert({self.pick(['d', 'd', '[d]'])}).execute()")
        return "\n".join(["import functools", *self.before, "def main():", *[f"    {line}" for line in body]]) + "\n"

    def value(self) -> str:
        self.number += 1
        return self.pick([str(self.number), repr(f"v{self.number}"), "None"])

    def name(self, kind: str) -> str:
        self.number += 1
        return f"{kind}{self.number}"

    def display(self) -> str:
        keys = {self.pick(KEYS): None for _ in range(int(self.pick("0123")))}
        return "{" + ", ".join(f"'{key}': {self.value()}" for key in keys) + "}"

    def change(self) -> list[str]:
        forms = [
            f"d['{self.pick(KEYS)}'] = {self.value()}",
            f"d.pop('{self.pick(KEYS)}', None)",
            f"d = {self.display()}",
        ]
        return [self.pick(forms)]

    def decorated(self) -> list[str]:
        """A row that a function gives, or what its decorator makes of that."""
        wrap, make = self.name("wrap"), self.name("make")
        by = self.pick([f"@{wrap}", f"@{wrap}('{self.pick(KEYS)}')", f"@{wrap}\n@{self.kept()}"])
        self.before += self.factory(wrap) if "(" in by else self.decorator(wrap)
        self.before += [*by.split("\n"), f"def {make}(p, k='{self.pick(KEYS)}'):", f"    {self.made()}"]
        call = self.pick(
            [
                f"{make}(d)",
                f"{make}(d, k='{self.pick(KEYS)}')",
                f"{make}(d, '{self.pick(KEYS)}')",
                f"{make}({self.display()})",
            ]
        )
        return [self.pick([f"d = {call}", f"e = {call}"])]

    def made(self) -> str:
        forms = [
            "return p",
            "return {**p, k: 1}",
            f"p['{self.pick(KEYS)}'] = {self.value()}; return p",
            f"return {self.display()}",
        ]
        return self.pick(forms)

    def kept(self) -> str:
        """A decorator that leaves what comes of calls as it is."""
        name = self.name("keep")
        given = self.pick(["*a, **k", "p, k='b'"])
        handed = "p, k" if given[0] == "p" else given
        self.before += [f"def {name}(f):", "    @functools.wraps(f)", f"    def inner({given}):"]
        forms = [
            f"        return f({handed})",
            f"        for _ in range(2):\n            if ask(): return f({handed})\n        return f({handed})",
            f"        try: return f({handed})\n        finally: ask()",
        ]
        self.before += [self.pick(forms), "    return inner"]
        return name

    def decorator(self, name: str) -> list[str]:
        kind = self.pick(["function", "function", "function", "class", "same"])
        if kind == "same":
            return [f"def {name}(f): return f"]
        if kind == "class":
            given = self.pick(
                ["return q", f"q['{self.pick(KEYS)}'] = {self.value()}; return q", f"return {self.display()}"]
            )
            return [
                f"class {name}:",
                "    def __init__(self, f): self.f = f",
                "    def __call__(self, *a, **k):",
                "        q = self.f(*a, **k)",
                f"        {given}",
            ]
        first = self.pick(["    @functools.wraps(f)\n", ""])
        return [f"def {name}(f):", *self.inner(first, repr(self.pick(KEYS))), "    return inner"]

    def factory(self, name: str) -> list[str]:
        lines = [f"    {line}" for line in self.inner("", "n")]
        return [f"def {name}(n):", "    def deco(f):", *lines, "        return inner", "    return deco"]

    def inner(self, first: str, key: str) -> list[str]:
        """A function within that calls ``f``, or does not, and gives what comes of it, or another row."""
        forms = [
            ["q = f(*a, **k)", f"q[{key}] = {self.value()}", "return q"],
            ["q = f(*a, **k)", f"q.pop({key}, None)", "return q"],
            ["q = f(*a, **k)", f"return {{**q, {key}: {self.value()}}}"],
            ["if ask(): return {}", "return f(*a, **k)"],
            ["f(*a, **k)", f"return {{{key}: {self.value()}}}"],
            [f"return f({{{key}: {self.value()}}})"],
            ["return f(dict(a[0]), *a[1:], **k)" if key[0] == "n" else "return f(*a, **k)"],
            ["q = f(*a, **k)", "return q if ask() else q.copy()"],
        ]
        chosen: list[str] = self.pick(forms)  # type: ignore[arg-type, assignment]
        head = [*first.rstrip("\n").split("\n"), "    def inner(*a, **k):"] if first else ["    def inner(*a, **k):"]
        return [*head, *[f"        {line}" for line in chosen]]

    def closure(self) -> list[str]:
        """A function that another makes, which keeps what it was made with."""
        make, add = self.name("make"), self.name("add")
        does = self.pick(["p[k] = v", "p = {**p, k: v}", "p.pop(k, None)", "p = dict(p); p.setdefault(k, v)"])
        given = self.pick(["        return p", "        pass"])
        self.before += [f"def {make}(k, v=1):", "    def add(p):", f"        {does}", given, "    return add"]
        lines = [f"{add} = {make}('{self.pick(KEYS)}', {self.value()})"]
        return [*lines, f"d = {add}(d)" if given.endswith("p") and "return" in given else f"{add}(d)"]

    def generator(self) -> list[str]:
        """A row that a generator yields, or all of them."""
        name, key = self.name("rows"), self.pick(KEYS)
        forms = [
            [f"yield {{**p, '{key}': {self.value()}}}", f"if ask(): yield {self.display()}"],
            [f"if ask(): yield {self.display()}", f"yield {self.display()}"],
            [f"if ask(): yield {self.display()}", f"else: yield {self.display()}", f"yield {self.display()}"],
            ["for k in ('a', 'b'): yield {k: 1}"],
            ["while ask():", f"    if ask(): yield {{'{key}': 1}}", f"    yield {self.display()}"],
            ["yield p", f"p['{key}'] = {self.value()}", "yield p"],
            [f"yield from [p, {self.display()}]"],
            ["if ask(): return", f"yield {self.display()}", "yield p"],
            [
                "q = dict(p)",
                "while ask():",
                f"    q['{key}'] = {self.value()}",
                "    yield q",
                f"yield {self.display()}",
            ],
        ]
        body: list[str] = self.pick(forms)  # type: ignore[arg-type, assignment]
        self.before += [f"def {name}(p):", *[f"    {line}" for line in body]]
        given = f"{name}({self.pick(['d', 'd', self.display()])})"
        uses = [
            [f"d = next({given}, {self.display()})"],
            [f"d = ([*{given}] or [{{}}])[0]"],
            [f"d = (list({given}) or [{{}}])[-1]"],
            [f"for r in {given}: db.table(s).insert(r).execute()"],
            [f"db.table(s).insert(list({given})).execute()"],
            [f"it = {given}", "next(it, None)", "d = next(it, {})"],
            [f"for r in {given}:", f"    r['{key}'] = {self.value()}", "    db.table(s).insert(r).execute()"],
        ]
        return self.pick(uses)  # type: ignore[arg-type, return-value]

    def held(self) -> list[str]:
        """A row that the module holds, and that a function puts anew or changes."""
        row, setup, key = self.name("ROW"), self.name("setup"), self.pick(KEYS)
        forms = [
            [f"global {row}", f"{row} = {self.display()}"],
            [f"{row}['{key}'] = {self.value()}"],
            [f"{row}.update({self.display()})"],
            [f"{row}.pop('{key}', None)"],
            [f"other = {row}", f"other['{key}'] = {self.value()}"],
            [f"into({row})"],
        ]
        body: list[str] = self.pick(forms)  # type: ignore[arg-type, assignment]
        self.before += (
            ["def into(p): p['a'] = 0"] if "into" in body[0] and "def into(p): p['a'] = 0" not in self.before else []
        )
        self.before += [f"{row} = {self.display()}", f"def {setup}():", *[f"    {line}" for line in body]]
        first = self.pick([f"{setup}()", f"if ask(): {setup}()"])
        uses = [
            f"d = {{**{row}, **d}}",
            f"d = dict({row})",
            f"d = {row}.copy()",
            f"d.update({row})",
            f"d = {{**d, **{row}}}",
        ]
        return [f"if ask(): {setup}()", first, self.pick(uses)]
