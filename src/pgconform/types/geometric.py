"""The text of values that asyncpg gives as objects: geometric types, bit strings, tuple ids, snapshots, positions."""

from __future__ import annotations

from typing import Any


def as_text(value: Any) -> Any:
    """The text Postgres writes for a driver's object; texts and what is unknown stay as they are."""
    match type(value).__name__:
        case "Point":
            return _point(value)
        case "Box":
            return f"{_point(value[0])},{_point(value[1])}"
        case "LineSegment":
            return f"[{_point(value[0])},{_point(value[1])}]"
        case "Line":
            return "{" + ",".join(map(_number, value)) + "}"
        case "Path":
            points = ",".join(map(_point, value.points))
            return f"({points})" if value.is_closed else f"[{points}]"
        case "Polygon":
            return "(" + ",".join(map(_point, value.points)) + ")"
        case "Circle":
            return f"<{_point(value[0])},{_number(value[1])}>"
        case "BitString":
            return value if isinstance(value, str) else value.as_string().replace(" ", "")
        case "tuple":
            return _tuple(value)
    return value


def _point(value: Any) -> str:
    return f"({_number(value[0])},{_number(value[1])})"


def _number(value: float) -> str:
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _tuple(value: tuple[Any, ...]) -> str:
    if len(value) == 2:
        return f"({value[0]},{value[1]})"
    low, high, active = value
    return f"{low}:{high}:{','.join(map(str, active))}"
