"""The pages of the rules: docs/rules in the project, ``pgconform/pages`` in an installed package."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pgconform.errors import Problem
from pgconform.rules import all_rules
from pgconform.select import refuse_unknown

_PACKAGE = Path(__file__).parent.parent


def find_page(name: str) -> str:
    """The Markdown page of a rule, by code or name in any case. Raises `Problem` when there is no such rule."""
    rules = all_rules()
    wanted = name.upper() if any(rule.code == name.upper() for rule in rules) else name.lower()
    rule = next((rule for rule in rules if wanted in (rule.code, rule.name)), None)
    if rule is None:
        refuse_unknown(rules, name)
        raise Problem(f"{name} names several rules", "pgconform rule  lists them all")
    file = directory() / f"{rule.code}.md"
    if not file.is_file():
        raise Problem(f"the page of {rule.code} is missing from this installation", "reinstall pgconform")
    return file.read_text(encoding="utf-8")


def pages_of(codes: Iterable[str]) -> dict[str, str]:
    """The pages of these rules, as far as this installation has them."""
    files = {code: directory() / f"{code}.md" for code in codes}
    return {code: file.read_text(encoding="utf-8") for code, file in files.items() if file.is_file()}


def directory() -> Path:
    """Where the pages are: in the package, or beside the sources it is developed in."""
    packaged = _PACKAGE / "pages"
    return packaged if packaged.is_dir() else _PACKAGE.parent.parent / "docs" / "rules"
