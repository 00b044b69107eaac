"""Little programs that keep rows under the keys of a dict, change them through it in functions too, and send them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests import programs
from tests.programs import KEYS, untrue

__all__ = ["Program", "untrue"]
_UNDER = ("x", "y")


@dataclass
class Program(programs.Program):
    """Lines that also make dicts which hold rows; ``holding`` are their names."""

    holding: list[str] = field(default_factory=list)
    made: int = 0

    def statement(self, depth: int) -> list[str]:
        kinds = ["plain", "plain", "pack"] if depth == 0 else ["plain"]
        match self.pick([*kinds, *(["touch", "touch", "take"] if self.holding else [])]):
            case "pack":
                lines = self.pack()
                self.holding.append(f"h{len(self.holding)}_")
                return [*lines[:-1], f"{self.holding[-1]} = {lines[-1]}"]
            case "touch":
                return [self.touch(self.pick(self.holding))]
            case "take":
                return [f"{self.named(self.pick(['d', 'p']))} = {self.taken(self.pick(self.holding))}"]
        return super().statement(depth)

    def pack(self) -> list[str]:
        """Lines that define a function, if any, and what makes the dict."""
        row = self.pick(self.rows)
        if self.pick("012") == "0":
            return [self.held(row)]
        self.made += 1
        out = self.pick([self.held("r"), "r"])
        body = [f"    out = {out}", *[f"    {self.touch('out')}" for _ in range(int(self.pick("012")))]]
        given = self.pick([row, self.display()]) if out != "r" else self.pick([*self.holding, self.held(row)])
        return [f"def m{self.made}(r):", *body, "    return out", f"m{self.made}({given})"]

    def held(self, row: str) -> str:
        first = self.pick([row, f"dict({row})", self.display()])
        return self.pick([f"{{'x': {first}, 'y': {self.display()}}}", f"dict(x={self.display()}, y={first})"])

    def touch(self, held: str) -> str:
        """A change of what is under a key, or of what is there."""
        key, row = self.pick(KEYS), f"{held}['{self.pick(_UNDER)}']"
        forms = [
            f"{row}['{key}'] = {self.value()}",
            f"{row}['{key}'] = {self.value()}",
            f"{row}.pop('{key}', None)",
            f"{row}.update({self.display()})",
            f"{row} = {self.display()}",
        ]
        return ("if ask(): " if self.pick("012") == "0" else "") + self.pick(forms)

    def taken(self, held: str) -> str:
        row = f"{held}['{self.pick(_UNDER)}']"
        more = f"{{**{row}, '{self.pick(KEYS)}': {self.value()}}}"
        return self.pick([row, row, f"dict({row})", more, f"{row}.copy()"])
