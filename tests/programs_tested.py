"""Little programs in which tests of what a row has under a key decide what is put there, and that send it."""

from __future__ import annotations

from dataclasses import dataclass

from tests import programs
from tests.programs import KEYS, untrue

__all__ = ["Program", "untrue"]


@dataclass
class Program(programs.Program):
    """Lines that also ask for what a row has under a key."""

    def loop(self) -> list[str]:
        return self.tested() if self.pick("01") == "1" else super().loop()

    def tested(self) -> list[str]:
        held, key, value = self.pick(self.rows), self.pick(KEYS), self.value()
        forms = [
            f"if {held}.get('{key}') is None: {held}['{key}'] = {value}",
            f"if not {held}.get('{key}'): {held}['{key}'] = {value}",
            f"if '{key}' in {held} and {held}['{key}'] is None: del {held}['{key}']",
            f"if '{key}' in {held} and not {held}['{key}']: {held}['{key}'] = {value}",
            f"if {held}.get('{key}') is not None: {held}['{self.pick(KEYS)}'] = {held}['{key}']",
            f"if {held}.get('{key}') is None: return",
            f"if {held}.get('{key}') is None: {held} = {{**{held}, '{key}': {value}}}",
            f"if {held}.get('{key}'): {held}.update({self.display()})",
        ]
        return [self.pick(forms)]
