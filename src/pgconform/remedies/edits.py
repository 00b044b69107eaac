"""Edits of a text: what stands between two offsets is replaced."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Edit(msgspec.Struct, frozen=True, order=True):
    """``text`` takes the place of the characters from ``start`` up to ``end``."""

    start: int
    end: int
    text: str


class Remedy(msgspec.Struct, frozen=True):
    """The edits of one file that carry out a finding's change.

    ``needs`` are names that the file must import, as (module, name). ``local``: nothing but the claim itself can
    notice the edit.
    """

    uri: str
    edits: tuple[Edit, ...]
    needs: tuple[tuple[str, str], ...] = ()
    local: bool = True


def joined(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The same edits, of those that insert at one place one, with their texts in the order given."""
    found: dict[tuple[int, int], Edit] = {}
    for edit in edits:
        before = found.get((edit.start, edit.end)) if edit.start == edit.end else None
        found[edit.start, edit.end] = Edit(edit.start, edit.end, before.text + edit.text) if before else edit
    return tuple(found.values())


def apart(edits: Iterable[Edit], others: Iterable[Edit]) -> bool:
    """No edit of the one touches what one of the others replaces, or stands where that is."""
    taken = tuple(others)
    return not any(_touch(mine, other) for mine in edits for other in taken)


def _touch(one: Edit, other: Edit) -> bool:
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text after edits that are apart."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
