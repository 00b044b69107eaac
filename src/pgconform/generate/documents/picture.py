"""Diagrams as SVG: boxes that lead to their pages, and a curve for each foreign key; placed the same every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from pgconform.generate.layering import layers
from pgconform.pairs.pair import display_name
from pgconform.pairs.world import World
from pgconform.schema import Relation

_CHARACTER, _HEIGHT, _GAP, _BETWEEN, _EDGE = 7.3, 40, 12, 96, 8
_LONGEST = 30


class Box(NamedTuple):
    """A relation in a diagram: its name, what stands under it, its page, its place; ``here``: it is what this is of."""

    name: str
    small: str
    page: str
    x: float
    y: float
    width: float
    here: bool = False


class Edge(NamedTuple):
    """A foreign key, from the box that is referred to, to the one that refers."""

    source: Box
    target: Box


def neighbours(world: World, relation: Relation, pages: Mapping[str, str]) -> str:
    """Those that refer to a relation, the relation, those it refers to; "" where there are none."""
    left = _referring(world, relation)
    right = _referred(world, relation)
    if not left and not right:
        return ""
    most = max(len(left), len(right), 1)
    height = most * (_HEIGHT + _GAP) - _GAP
    columns = [left, [(display_name(world, relation), relation.kind, "", True)], right]
    boxes: list[list[Box]] = []
    x = 0.0
    for column in columns:
        placed = _column(column, x, height, pages)
        boxes.append(placed)
        x += (max(box.width for box in placed) + _BETWEEN) if placed else 0
    here = boxes[1][0]
    edges = [Edge(here, box) for box in boxes[0]] + [Edge(box, here) for box in boxes[2]]
    return _svg(
        [box for column in boxes for box in column], edges, f"What {here.name} refers to, and what refers to it"
    )


def _referring(world: World, relation: Relation) -> list[tuple[str, str, str, bool]]:
    me = (relation.schema, relation.name)
    found = [
        (display_name(world, other), ", ".join(link.columns), other.qualified, False)
        for other in world.truth.relations
        if other.partition_of is None
        for link in other.links
        if (link.target_schema, link.target) == me and other.qualified != relation.qualified
    ]
    return sorted(found)


def _referred(world: World, relation: Relation) -> list[tuple[str, str, str, bool]]:
    found = []
    for link in relation.links:
        target = world.relation(link.target, link.target_schema)
        name = display_name(world, target) if target else link.target
        found.append((name, ", ".join(link.columns), target.qualified if target else "", False))
    return sorted(found)


def _column(
    items: Sequence[tuple[str, str, str, bool]], x: float, height: float, pages: Mapping[str, str]
) -> list[Box]:
    """Boxes of one width under each other, in the middle of the height."""
    width = max((_width(name, small) for name, small, *_ in items), default=0)
    y = (height - (len(items) * (_HEIGHT + _GAP) - _GAP)) / 2
    found = []
    for name, small, qualified, here in items:
        found.append(Box(name, small, pages.get(qualified, ""), x, y, width, here))
        y += _HEIGHT + _GAP
    return found


def _width(*texts: str) -> float:
    return max(min(len(text), _LONGEST) for text in texts) * _CHARACTER + 24


def overview(world: World, relations: Sequence[Relation], pages: Mapping[str, str]) -> str:
    """All relations that foreign keys join, those that are referred to left of those that refer to them."""
    known = {item.qualified: item for item in relations}
    targets = {
        name: sorted({f"{link.target_schema}.{link.target}" for link in item.links} & known.keys() - {name})
        for name, item in known.items()
    }
    columns = layers(targets)
    boxes: dict[str, Box] = {}
    x = 0.0
    tallest = max((len(column) for column in columns), default=0) * (_HEIGHT + _GAP) - _GAP
    for column in columns:
        items = [
            (display_name(world, known[name]), f"{len(world.fields(known[name]))} columns", name, False)
            for name in column
        ]
        placed = _column(items, x, tallest, pages)
        boxes |= dict(zip(column, placed, strict=True))
        x += (max(box.width for box in placed) + _BETWEEN) if placed else 0
    edges = [Edge(boxes[target], boxes[name]) for name in sorted(boxes) for target in targets[name]]
    return _svg(list(boxes.values()), edges, "All tables that foreign keys join") if boxes else ""


def _svg(boxes: Sequence[Box], edges: Sequence[Edge], title: str) -> str:
    width = max(box.x + box.width for box in boxes) + 2 * _EDGE
    height = max(box.y for box in boxes) + _HEIGHT + 2 * _EDGE
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" role="img">'
    parts = [head, f"<title>{escape(title)}</title>"]
    parts += [f'<path class="edge" d="{_curve(edge)}"/>{_head(edge)}' for edge in edges]
    parts += [_box(box) for box in boxes]
    return "".join([*parts, "</svg>"])


def _curve(edge: Edge) -> str:
    """From the right side of what is referred to, or its left where it stands further right."""
    x1, y1, x2, y2 = _ends(edge)
    bend = max(abs(x2 - x1) / 2, 30)
    way = 1 if x2 >= x1 else -1
    return f"M{x1:.1f} {y1:.1f}C{x1 + way * bend:.1f} {y1:.1f} {x2 - way * bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"


def _ends(edge: Edge) -> tuple[float, float, float, float]:
    source, target = edge
    forward = target.x >= source.x
    x1 = source.x + (source.width if forward else 0) + _EDGE
    x2 = target.x + (0 if forward else target.width) + _EDGE
    return x1, source.y + _HEIGHT / 2 + _EDGE, x2, target.y + _HEIGHT / 2 + _EDGE


def _head(edge: Edge) -> str:
    """A dot at the end that is referred to."""
    x, y, *_ = _ends(edge)
    return f'<circle class="head" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'


def _box(box: Box) -> str:
    x, y = box.x + _EDGE, box.y + _EDGE
    kind = "box here" if box.here else "box"
    drawn = (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{box.width:.1f}" height="{_HEIGHT}" rx="6"/>'
        f'<text x="{x + 12:.1f}" y="{y + 17:.1f}">{escape(_cut(box.name))}</text>'
        f'<text class="small" x="{x + 12:.1f}" y="{y + 31:.1f}">{escape(_cut(box.small))}</text>'
    )
    return f'<a href="{escape(box.page)}"><title>{escape(box.name)}</title>{drawn}</a>' if box.page else drawn


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
