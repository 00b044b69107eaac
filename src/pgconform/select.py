"""Which rules run, and how grave their findings are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from pgconform.errors import Problem
from pgconform.finding import Finding, Severity
from pgconform.rules import Rule


def chosen(
    rules: Iterable[Rule], select: Iterable[str] = (), ignore: Iterable[str] = (), more: Iterable[str] = ()
) -> tuple[Rule, ...]:
    """The rules that run: those selected (default: all that are no preview, and ``more``) without those ignored.

    A selector is a code (``COL001``), the beginning of codes (``COL``), a name (``unknown-column``) or ``ALL``.
    """
    known = tuple(rules)
    wanted, unwanted, added = tuple(select), tuple(ignore), tuple(more)
    for selector in (*wanted, *unwanted, *added):
        refuse_unknown(known, selector)
    named = wanted or added
    able = (rule for rule in known if not (wanted or rule.preview) or _is_among(rule, named))
    return tuple(rule for rule in able if not _is_among(rule, unwanted))


def _is_among(rule: Rule, selectors: Iterable[str]) -> bool:
    return any(selects(selector, rule.code, rule.name) for selector in selectors)


def selects(selector: str, code: str, name: str) -> bool:
    """Whether a selector means a rule; the beginning of a code is letters alone, so COL1 is no prefix of COL10."""
    if selector in ("ALL", code, name):
        return True
    return selector.isalpha() and selector.isupper() and code.rstrip("0123456789") == selector


def refuse_unknown(rules: Iterable[Rule], selector: str) -> None:
    """Raises `Problem` when no rule has that code, prefix or name."""
    known = tuple(rules)
    if any(selects(selector, rule.code, rule.name) for rule in known):
        return
    from pgconform.support.names import nearest

    names = {rule.code for rule in known} | {rule.name for rule in known}
    if selects(selector.upper(), selector.upper(), "") and selector.upper() in names:
        near: tuple[str, ...] = (selector.upper(),)
    else:
        near = nearest(selector, sorted(names))
    proposal = f"did you mean {' or '.join(near)}?" if near else "all rules with their codes and names:  pgconform rule"
    raise Problem(f"there is no rule {selector}", proposal)


def regraded(finding: Finding, severities: Mapping[str, Severity]) -> Finding:
    """The finding with the severity its rule was given in the settings; a code outweighs a name, a name a prefix."""
    for selector in (finding.code, finding.name, finding.code.rstrip("0123456789"), "ALL"):
        if selector in severities:
            return replace(finding, severity=severities[selector])
    return finding
