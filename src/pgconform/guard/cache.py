"""A Redis client whose values are held to the contracts of their keys: what is written, and what is read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from pgconform.finding import Finding
from pgconform.guard.contracts import Contract
from pgconform.guard.judging import placed
from pgconform.guard.policy import Mode, lower
from pgconform.guard.sites import call_site

if TYPE_CHECKING:
    from pgconform.guard.guard import Guard

_WRITES = frozenset({"set", "setex", "psetex", "setnx", "getset", "hset", "hmset", "mset"})
_READS = frozenset({"get", "getex", "getdel", "hgetall", "mget"})


class Cache:
    """The client in every way, but for the commands that write and read values of contracted keys.

    What breaks a contract is not written where the policy says raise. What is read and breaks one is a miss (None)
    where ``misses`` is set, so that the program makes it anew; else the policy decides.
    """

    def __init__(self, guard: Guard, redis: Any, contracts: Iterable[Contract], *, misses: bool = True) -> None:
        self._guard = guard
        self._redis = redis
        self._contracts = tuple(contracts)
        self._misses = misses

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._redis, name)
        if self._guard.off or not callable(method):
            return method
        if name in _WRITES:
            return self._writing(name, method)
        return self._reading(name, method) if name in _READS else method

    def _writing(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            for key, value in _written(name, args, options):
                self._broken("written", key, value)
            return method(*args, **options)

        return call

    def _reading(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        import inspect

        def call(*args: Any, **options: Any) -> Any:
            answer = method(*args, **options)
            if inspect.isawaitable(answer):
                return self._awaited(name, args, answer)
            return self._checked(name, args, answer)

        return call

    async def _awaited(self, name: str, args: tuple[Any, ...], answer: Any) -> Any:
        return self._checked(name, args, await answer)

    def _checked(self, name: str, args: tuple[Any, ...], answer: Any) -> Any:
        if name == "mget":
            keys = list(args[0]) if len(args) == 1 and isinstance(args[0], list | tuple) else list(args)
            return [self._kept(key, value) for key, value in zip(keys, answer, strict=True)]
        kept = self._kept(args[0], answer)
        return {} if name == "hgetall" and kept is None else kept

    def _kept(self, key: Any, value: Any) -> Any:
        """The value, or None where it breaks its contract and counts as a miss."""
        if value in (None, {}):
            return value
        return None if self._broken("read", key, value) and self._misses else value

    def _broken(self, what: str, key: Any, value: Any) -> bool:
        name = _text(key)
        matching = [one for one in self._contracts if one.matches(name)]
        problems = [said for one in matching for said in one.findings(name, _plain(value))]
        if problems:
            found = placed(problems, call_site())
            reading = what == "read" and self._misses
            policy = msgspec.structs.replace(self._guard.policy, error=Mode.REPORT) if reading else self._guard.policy
            _act(f"the value {what} at {name} breaks its contract", found, policy, self._guard)
        return bool(problems)


def _act(message: str, found: tuple[Finding, ...], policy: Any, guard: Guard) -> None:
    from pgconform.guard.policy import act

    act(message, found, policy, lower(guard.most, Mode.RAISE))


def _written(name: str, args: tuple[Any, ...], options: Mapping[str, Any]) -> Iterable[tuple[Any, Any]]:
    match name:
        case "set" | "setnx" | "getset":
            return [(args[0], args[1] if len(args) > 1 else options.get("value"))]
        case "setex" | "psetex":
            return [(args[0], args[2] if len(args) > 2 else options.get("value"))]
        case "mset":
            return list(args[0].items())
        case "hmset":
            return [(args[0], args[1])]
    mapping = options.get("mapping") or (args[3] if len(args) > 3 else None)
    return [(args[0], mapping)] if mapping else []


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_text(key): _text(item) if isinstance(item, bytes) else item for key, item in value.items()}
    return value.encode() if isinstance(value, str) else bytes(value) if isinstance(value, memoryview) else value


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
