"""Little programs that keep rows for a class, or for functions in one another, change them there, and send them."""

from __future__ import annotations

from dataclasses import dataclass

from tests import programs
from tests.programs import KEYS, TABLES, untrue

__all__ = ["Program", "untrue"]


@dataclass
class Program(programs.Program):
    """Lines that also change a row by a method of a class, by a function within, or by a list or dict that has it."""

    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.keeper()) + super().text()

    def keeper(self) -> list[str]:
        key, value = self.pick(KEYS), self.value()
        put = [
            ["    def put(self, k, v): self.row[k] = v"],
            ["    def put(self, k, v): self.row.update({k: v})"],
            ["    def put(self, k, v): self.row = {**self.row, k: v}"],
            ["    @classmethod", "    def put(cls, k, v): cls.row = {**cls.row, k: v}"],
        ]
        head = ["class Kept:", f"    row = {self.display()}", *self.pick_one(put)]
        return [*head, "    def built(self):", f"        return {{**self.row, '{key}': {value}}}"]

    def statement(self, depth: int) -> list[str]:
        if depth == 0 and self.pick("01") == "1":
            return self.kept()
        return super().statement(depth)

    def kept(self) -> list[str]:
        row, key, value, made = self.pick(self.rows), self.pick(KEYS), self.value(), self.display()
        self.number += 1
        name = f"f{self.number}"
        forms = [
            [f"k = Kept(); k.put('{key}', {value})", f"{row} = dict(k.row)"],
            [f"Kept().put('{key}', {value})", f"{row} = {{**Kept().row}}"],
            [f"{row} = Kept().built()"],
            [f"def {name}():", "    nonlocal d", f"    d = {made}", f"{name}()"],
            [f"def {name}():", "    nonlocal s", f"    s = '{self.pick(TABLES)}'", f"if ask(): {name}()"],
            [f"{name} = {made}", f"g = lambda: {{**{name}}}", f"{name}['{key}'] = {value}", f"{row} = g()"],
            [f"{name} = {{'row': {row}, 'n': 1}}", f"{name}['row']['{key}'] = {value}"],
            [f"({name} := [{made}]).append({row})", f"{row} = {name}[-1]"],
            [f"def {name}(p):", "    try: return p", f"    finally: return {made}", f"{row} = {name}({row})"],
        ]
        return self.pick_one(forms)
