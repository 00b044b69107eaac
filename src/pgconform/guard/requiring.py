"""What one function needs, asked whenever it is called; a dictionary's lookup while everything fits."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pgconform.finding import Finding

if TYPE_CHECKING:
    from pgconform.guard.guard import Guard


def requires(guard: Guard, needs: tuple[Any, ...]) -> Callable[[Any], Any]:
    """A decorator of functions and coroutine functions. Needs that the guard did not know are its own from now on."""
    if guard.off:
        return lambda function: function
    names = guard.need(needs)

    def decorate(function: Any) -> Any:
        message = f"{function.__qualname__} needs what the database does not have"

        def check() -> None:
            if guard.standing.findings:
                guard.act(message, _concerning(guard, names))

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaited(*args: Any, **kwargs: Any) -> Any:
                check()
                return await function(*args, **kwargs)

            return awaited

        @functools.wraps(function)
        def called(*args: Any, **kwargs: Any) -> Any:
            check()
            return function(*args, **kwargs)

        return called

    return decorate


def _concerning(guard: Guard, names: frozenset[tuple[str, str]]) -> tuple[Finding, ...]:
    """The findings about a column that is needed, or about its relation as a whole."""
    return tuple(finding for finding in guard.standing.findings if any(_is_about(finding, name) for name in names))


def _is_about(finding: Finding, name: tuple[str, str]) -> bool:
    relation, column = name
    plain = relation.rpartition(".")[2]
    whole = finding.subject in (relation, plain)
    return whole or (finding.relation == relation and finding.subject.rpartition(".")[2] == column)
