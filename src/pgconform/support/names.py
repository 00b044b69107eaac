"""Did you mean: the known names nearest to one that is not known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from pgconform.support.patterns import deferred

_JOINT = deferred(r"[\W_]+|(?<=[a-z0-9])(?=[A-Z])")
_NEAR = 0.7
_CLEAR = 0.05
_MOST = 3
_SHORT = 4


@lru_cache(maxsize=1 << 14)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, lower-case and singular, however joined: ``userIds`` and ``user_id`` have the same."""
    return tuple(_singular(word.lower()) for word in _JOINT.split(name) if word) or (name,)


def likeness(one: str, other: str) -> float:
    """How likely one name was meant as the other: 1 is the same words, below 0.7 is nothing worth saying."""
    mine, others = words(one), words(other)
    if mine == others:
        return 1.0
    shared = set(mine) & set(others)
    rest = [word for word in mine if word not in shared]
    other_rest = [word for word in others if word not in shared]
    if not rest and not other_rest:
        return 0.95
    if not rest or not other_rest:
        return 0.6 + 0.3 * len(shared) / max(len(mine), len(others))
    return _spelled_alike("".join(rest), "".join(other_rest), whole=not shared)


def ranked(name: str, known: Iterable[str], bonus: Callable[[str], float] = lambda _: 0.0) -> list[tuple[str, float]]:
    """The names worth proposing, best first; ``bonus`` adds what is known beside the spelling (type, position)."""
    scored = (
        (candidate, likeness(name, candidate) + bonus(candidate))
        for candidate in dict.fromkeys(known)
        if candidate != name
    )
    near = [(candidate, score) for candidate, score in scored if score >= _NEAR]
    return sorted(near, key=lambda pair: (-pair[1], pair[0]))


def nearest(name: str, known: Iterable[str], bonus: Callable[[str], float] = lambda _: 0.0) -> tuple[str, ...]:
    """The best name, or those that are as good: one is a proposal, two or three a question, more are none."""
    found = ranked(name, known, bonus)
    best = tuple(candidate for candidate, score in found if score > found[0][1] - _CLEAR)
    return best if len(best) <= _MOST else ()


def slip(one: str, other: str) -> bool:
    """One name is surely the other, mistyped: the same words joined otherwise, or one letter of a long one."""
    mine, others = words(one), words(other)
    if mine == others:
        return True
    if len(mine) != len(others) or re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    differing = [pair for pair in zip(mine, others, strict=True) if pair[0] != pair[1]]
    least = _SHORT if len(mine) > 1 else _SHORT + 1
    return len(differing) == 1 and min(map(len, differing[0])) >= least and _apart(*differing[0]) == 1


def _apart(one: str, other: str) -> int:
    from rapidfuzz.distance import OSA

    return int(OSA.distance(one, other))


def _spelled_alike(one: str, other: str, *, whole: bool) -> float:
    from rapidfuzz.distance import OSA

    short, long = sorted((one, other), key=len)
    if len(short) > 2 and long.startswith(short):
        return 0.75
    if whole and len(short) > 3 and long.endswith(short):
        return 0.7
    return OSA.normalized_similarity(one, other)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2 else word
