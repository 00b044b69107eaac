"""Little programs that keep a row in an object, change it there and from outside, and send it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests import programs
from tests.programs import KEYS, untrue

__all__ = ["Program", "untrue"]


@dataclass
class Program(programs.Program):
    """Lines that also make objects which keep a row; ``objects`` are their names."""

    objects: list[str] = field(default_factory=list)

    def text(self) -> str:
        head = self.keeper() + self.derived()
        return "".join(f"{line}\n" for line in head) + super().text()

    def keeper(self) -> list[str]:
        kept = self.pick(["row", "dict(row)", "{**row}", "{**self.base, **row}", f"row or {self.display()}"])
        return [
            "class Keeper:",
            f"    base = {self.display()}",
            "    def __init__(self, row):",
            f"        self.row = {kept}",
            "    def mark(self):",
            f"        self.row['{self.pick(KEYS)}'] = {self.value()}",
            "    def built(self):",
            f"        out = {self.pick(['self.row', 'dict(self.row)', '{**self.row}'])}",
            f"        if ask(): out['{self.pick(KEYS)}'] = {self.value()}",
            "        return out",
            "    @property",
            "    def shown(self):",
            f"        return {{**self.row, '{self.pick(KEYS)}': {self.value()}}}",
        ]

    def derived(self) -> list[str]:
        made = f"        self.row['{self.pick(KEYS)}'] = {self.value()}"
        more = ["    def __init__(self, row):", "        super().__init__(row)", made]
        return ["class Derived(Keeper):", *(more if self.pick("01") == "1" else ["    pass"])]

    def statement(self, depth: int) -> list[str]:
        kinds = ["plain", "plain", "make"] if depth == 0 else ["plain"]
        match self.pick([*kinds, *(["touch", "touch", "take"] if self.objects else [])]):
            case "make":
                self.objects.append(f"o{len(self.objects)}")
                made = self.pick(["Keeper", "Derived"])
                return [f"{self.objects[-1]} = {made}({self.pick([self.pick(self.rows), self.display()])})"]
            case "touch":
                return [self.touch()]
            case "take":
                taken = self.pick(["row", "built()", "shown"])
                return [f"{self.named(self.pick(['d', 'p']))} = {self.pick(self.objects)}.{taken}"]
        return super().statement(depth)

    def touch(self) -> str:
        held, key = self.pick(self.objects), self.pick(KEYS)
        forms = [
            f"{held}.row['{key}'] = {self.value()}",
            f"{held}.row.pop('{key}', None)",
            f"{held}.mark()",
            f"{held}.row = {self.display()}",
        ]
        return self.pick(["", "if ask(): "]) + self.pick(forms)
