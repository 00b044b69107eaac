"""The lattice asked with a memory, and only when there is something to ask; it is loaded by the first question."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from pgconform.schema import Transport
from pgconform.shape import Scalar, Type, Unknown

if TYPE_CHECKING:
    from pgconform.lattice import Fit

FITTING = 1
NO = 4
Said: TypeAlias = tuple[str, tuple[int, ...], str]


def fit(source: Type, target: Type, transport: Transport) -> Fit | None:
    """How values of one type fare as another; None where one side says nothing. NULL is no matter of types."""
    if isinstance(source, Unknown) or isinstance(target, Unknown):
        return None
    if isinstance(source, Scalar) and source.kind == "py.none":
        return None
    if isinstance(source, Scalar) and isinstance(target, Scalar):
        said = (source.kind, source.size, source.raw), (target.kind, target.size, target.raw)
        return _scalar_fit(*said, transport)
    from pgconform.lattice import fits

    return fits(source, target, transport)


@lru_cache(maxsize=4096)
def _scalar_fit(source: Said, target: Said, transport: Transport) -> Fit:
    from pgconform.lattice import fits

    return fits(Scalar(*source), Scalar(*target), transport)


def gravity(found: Fit) -> tuple[bool, bool, int]:
    """What always fails is graver than what seldom does, whatever the verdicts."""
    verdict = int(found.verdict)
    return verdict == NO, verdict > FITTING and not found.rare, verdict
