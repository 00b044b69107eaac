"""What a rule is, and the finding of all rules in this package."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from types import ModuleType
from typing import Any

import msgspec

from pgconform.finding import Finding, Severity


class Rule(msgspec.Struct, frozen=True):
    """``judge`` looks at pairs of the kind ``on`` and gives findings; `check` fills in rule, subject and place.

    ``code`` is never reused; ``name`` says what is wrong; ``since`` is the version that brought it; a ``preview`` rule
    runs only when selected. ``severity`` is the highest the rule gives; a finding may be milder. ``needs`` are facts
    without which it cannot judge: over a truth that leaves one unsaid (`Schema.unsaid`) it does not run.
    """

    code: str
    name: str
    summary: str
    on: type[Any]
    judge: Callable[[Any], Iterable[Finding]]
    severity: Severity = Severity.ERROR
    since: str = "0.1"
    preview: bool = False
    needs: tuple[str, ...] = ()


def import_rules() -> Iterator[ModuleType]:
    """The modules of this package, each imported when it is asked for."""
    package = importlib.import_module("pgconform.rules")
    files = (file for folder in package.__path__ for file in os.listdir(folder))  # noqa: PTH208
    names = sorted(file.removesuffix(".py") for file in files if file.endswith(".py") and not file.startswith("_"))
    return (importlib.import_module(f"pgconform.rules.{name}") for name in names)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    found = (vars(module).get("RULE") for module in import_rules())
    return tuple(sorted((rule for rule in found if isinstance(rule, Rule)), key=lambda rule: rule.code))
