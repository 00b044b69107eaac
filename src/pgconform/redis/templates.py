"""Patterns inferred from keys: what looks like an id is a parameter, what takes few values is part of the name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from pgconform.support.patterns import deferred

HOLE = "\x00"
MOST_WORDS = 20
"""So many words in one place are names; more are values."""
_MOST_HEADS = 200
_VERSION = deferred(r"v\d+(\.\d+)*\Z", re.IGNORECASE)
_IDS = deferred(
    r"(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\d+|\d{4}-\d\d-\d\d(?:T[\d:.Z+-]*)?|[0-9a-f]{16,}|[0-9A-HJKMNP-TV-Z]{26}|[^@\s]+@[^@\s]+\.\w+|(?=.*\d)[\w-]{20,})\Z",
    re.IGNORECASE,
)


_TAGGED = f"{{{HOLE}}}"
"""A hole within the braces of a hash tag: the part of a key that decides in which slot of a cluster it lies."""
_HOLES = frozenset({HOLE, _TAGGED})


def shape_of(key: str) -> tuple[str, ...]:
    """The key's segments, a hole for what looks like an id; a version is a name."""
    return tuple(_hole(part) if _is_id(_bare(part)) else part for part in key.split(":"))


def _is_id(part: str) -> bool:
    return bool(_IDS.match(part)) and not _VERSION.match(part)


def _bare(part: str) -> str:
    """A segment without the braces of a hash tag."""
    return part[1:-1] if part.startswith("{") and part.endswith("}") else part


def _hole(part: str) -> str:
    return HOLE if _bare(part) == part else _TAGGED


def templates(keys: Iterable[str]) -> dict[tuple[str, ...], list[str]]:
    """The keys by their shapes; places with many words become `HOLE` too."""
    found: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for key in keys:
        found[shape_of(key)].append(key)
    changed = True
    while changed:
        changed = _merge(found)
    return dict(found)


def _merge(found: defaultdict[tuple[str, ...], list[str]]) -> bool:
    """Makes one place of many words a hole; False: there is none left."""
    beside: defaultdict[tuple[int, tuple[str, ...]], list[tuple[str, ...]]] = defaultdict(list)
    for shape in found:
        for place, part in enumerate(shape):
            if part not in _HOLES:
                beside[place, (*shape[:place], _hole(part), *shape[place + 1 :])].append(shape)
    for (place, merged), shapes in sorted(beside.items(), key=lambda item: -len(item[1])):
        if len(shapes) > (_MOST_HEADS if place == 0 else MOST_WORDS):
            for shape in shapes:
                found[merged] += found.pop(shape)
            return True
    return False


def named(shape: tuple[str, ...], keys: list[str], fields: list[dict[str, object]]) -> str:
    """The pattern of a shape: a parameter is called as the payload's field of its values, else by what is before it."""
    taken: Counter[str] = Counter()
    parts: list[str] = []
    for place, part in enumerate(shape):
        if part not in _HOLES:
            parts.append(part)
            continue
        name = _same_values(place, keys, fields) or _by_name(shape[:place])
        taken[name] += 1
        parts.append(part.replace(HOLE, f"{{{name if taken[name] == 1 else f'{name}_{taken[name]}'}}}"))
    return ":".join(parts)


def _same_values(place: int, keys: list[str], fields: list[dict[str, object]]) -> str:
    """The field that says in every payload what the key says in this place."""
    known = [(_bare(key.split(":")[place]), payload) for key, payload in zip(keys, fields, strict=True) if payload]
    if len(known) < 2:
        return ""
    same = [name for name, value in known[0][1].items() if str(value) == known[0][0] and name.isidentifier()]
    names = sorted(same, key=lambda name: (not name.endswith("id"), len(name), name))
    return next((name for name in names if all(str(payload.get(name)) == part for part, payload in known)), "")


def _by_name(before: tuple[str, ...]) -> str:
    word = next((part for part in reversed(before) if part not in _HOLES and not _VERSION.match(part)), "value")
    plain = re.sub(r"\W+", "_", word).strip("_").lower() or "value"
    return f"{plain}_id" if not plain[0].isdigit() else "id"
