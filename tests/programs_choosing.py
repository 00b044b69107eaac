"""Little programs in which ``match``, ``:=`` and what ``get`` gives decide what is put into a row, and send it."""

from __future__ import annotations

from dataclasses import dataclass

from tests import programs
from tests.programs import KEYS, TABLES, untrue

__all__ = ["Program", "untrue"]


@dataclass
class Program(programs.Program):
    """Lines some of which choose by what a row has, or by a word that is one of two."""

    def statement(self, depth: int) -> list[str]:
        if depth == 0 and self.pick("012") != "0":
            return self.chosen()
        return super().statement(depth)

    def chosen(self) -> list[str]:
        row, key, other = self.pick(self.rows), self.pick(KEYS), self.pick(KEYS)
        put, more = f"{row}['{self.pick(KEYS)}'] = {self.value()}", f"{row}['{self.pick(KEYS)}'] = {self.value()}"
        table = f"s = {self.pick(TABLES)!r}"
        either = [f"if ask(): {row}['{key}'] = {self.value()}", f"else: {row}.pop('{key}', None)"]
        forms = [
            [f"match {row}:", f"    case {{'{key}': v}}: {row}['{other}'] = v", f"    case {{}}: {more}"],
            [f"match {row}:", f"    case {{'{key}': v, **rest}}: {put}"],
            [f"match {row}.get('{key}'):", f"    case None: {put}", f"    case int(): {row}.pop('{other}', None)"],
            [f"match {row}.get('{key}'):", f"    case str(x): {row}['{other}'] = x", "    case _: return"],
            [
                f"kind = '{key}' if ask() else 'z'",
                "match kind:",
                f"    case '{other}' | 'z': {put}",
                f"    case _: {more}",
            ],
            ["match (ask(), ask()):", f"    case (True, _): {put}", f"    case (_, True): {table}"],
            [f"match {row}.get('{key}'), ask():", f"    case None, True: {put}", f"    case str(), _: {more}"],
            [
                f"match {row}.get('{key}'):",
                f"    case None | str(): {put}",
                f"    case x if ask(): {row}['{other}'] = x",
            ],
            [*either, f"has = '{key}' in {row}", f"if has: {put}", f"else: {table}"],
            [*either, f"new = '{key}' not in {row}", f"if new and ask(): {more}", f"else: {put}"],
            [
                f"kind = '{key}' if ask() else 'z'",
                "one = kind == 'z'",
                f"q = {self.display()} if one else {self.display()}",
                f"if one or ask(): {row}.update(q)",
            ],
            [f"if v := {row}.get('{key}'): {row}['{other}'] = v"],
            [f"if (v := {row}.get('{key}')) is None: {put}", f"else: {row}['{other}'] = v"],
            [f"v = {row}.get('{key}')", f"if not v: {put}", f"else: {table}"],
            [f"if not (v := {row}.get('{key}')): return", f"{row}['{other}'] = v"],
            [f"{row}['{key}'] = (v := {self.value()})", f"if v: {put}"],
        ]
        return self.pick_one(forms)
