"""An entity-relationship diagram as SVG: what is referred to stands left of what refers to it.

`draw` is pure. Its looks are the classes of ``reports/style.css`` (``er …``), so that a page decides them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

import msgspec
from msgspec.structs import replace

from pgconform.generate.layering import layers
from pgconform.schema import Relation
from pgconform.shape import Field
from pgconform.support.visible import cells, visible

_CHARACTER = 7.3
_ROW = 20
_HEAD = 26
_PAD = 10
_BESIDE = 72
_BELOW = 22
_TALLEST = 1800
_LONGEST = 34
Address = Callable[[Relation], str]


class Box(msgspec.Struct, frozen=True):
    """A relation where it stands: its corner, its size, and the rows it shows."""

    relation: Relation
    rows: tuple[Field, ...]
    x: float
    y: float
    width: float

    @property
    def height(self) -> float:
        return _HEAD + _ROW * len(self.rows)

    def level(self, column: str) -> float:
        """The middle of a column's row; of one that is not shown, the head's."""
        for place, field in enumerate(self.rows):
            if field.name == column:
                return self.y + _HEAD + _ROW * (place + 0.5)
        return self.y + _HEAD / 2


def draw(relations: Iterable[Relation], *, address: Address | None = None, focus: str = "", whole: bool = False) -> str:
    """The diagram of these relations and the foreign keys between them; "" of none.

    Shown are the columns of keys and foreign keys, with ``whole`` all. ``address`` gives each a link; ``focus`` is the
    qualified name of the one that is marked.
    """
    there = sorted(relations, key=lambda relation: relation.qualified)
    if not there:
        return ""
    boxes = {box.relation.qualified: box for box in _placed(there, whole)}
    width = max(box.x + box.width for box in boxes.values()) + 1
    height = max(box.y + box.height for box in boxes.values()) + 1
    lines = [line for relation in there for line in _links(relation, boxes)]
    drawn = [line for name in sorted(boxes) for line in _box(boxes[name], address, marked=name == focus)]
    head = f'<svg class="er" xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
    view = f' viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="Entity-relationship diagram">'
    return "\n".join([head + view, *lines, *drawn, "</svg>"])


def around(relations: Sequence[Relation], focus: str, steps: int = 1) -> tuple[Relation, ...]:
    """The relation of that qualified name and those that so many foreign keys lead to, in either direction."""
    near: defaultdict[str, set[str]] = defaultdict(set)
    for relation in relations:
        for target in _targets(relation):
            near[relation.qualified].add(target)
            near[target].add(relation.qualified)
    reached = {focus}
    for _ in range(steps):
        reached |= {name for known in reached for name in near[known]}
    return tuple(relation for relation in relations if relation.qualified in reached)


def _targets(relation: Relation) -> Iterator[str]:
    for link in relation.links:
        yield f"{link.target_schema}.{link.target}" if link.target_schema else link.target


def _placed(relations: Sequence[Relation], whole: bool) -> Iterator[Box]:
    """Layers from left to right, each as wide as its widest; what is tied to nothing stands below in rows."""
    known = {relation.qualified: relation for relation in relations}
    edges = {
        name: sorted({one for one in _targets(item) if one in known and one != name}) for name, item in known.items()
    }
    tied: set[str] = set()
    x, bottom = 0.0, 0.0
    for layer in layers(edges):
        tied.update(layer)
        for column in _columns([known[name] for name in layer], whole):
            widest = max(box.width for box in column)
            yield from (replace(box, x=x, width=widest) for box in column)
            bottom = max(bottom, column[-1].y + column[-1].height + _BELOW)
            x += widest + _BELOW
        x += _BESIDE - _BELOW
    yield from _rows([known[name] for name in sorted(known.keys() - tied)], whole, bottom, max(x - _BESIDE, 900.0))


def _columns(relations: Iterable[Relation], whole: bool) -> Iterator[list[Box]]:
    """One below the other, in as many columns as they need."""
    column: list[Box] = []
    for relation in relations:
        y = column[-1].y + column[-1].height + _BELOW if column else 0.0
        box = _measured(relation, whole, 0.0, y)
        if column and y + box.height > _TALLEST:
            yield column
            column, box = [], replace(box, y=0.0)
        column.append(box)
    yield column


def _rows(relations: Iterable[Relation], whole: bool, top: float, room: float) -> Iterator[Box]:
    x, y, tallest = 0.0, top, 0.0
    for relation in relations:
        box = _measured(relation, whole, x, y)
        if x and x + box.width > room:
            x, y, tallest = 0.0, y + tallest + _BELOW, 0.0
            box = _measured(relation, whole, x, y)
        yield box
        x, tallest = x + box.width + _BELOW, max(tallest, box.height)


def _measured(relation: Relation, whole: bool, x: float, y: float) -> Box:
    rows = _shown(relation, whole)
    longest = max([cells(_short(relation.name)) + 1, *(_row_cells(field) for field in rows)])
    return Box(relation, rows, x, y, longest * _CHARACTER + 2 * _PAD)


def _row_cells(field: Field) -> int:
    return cells(_short(field.name)) + cells(_short(_type(field))) + 4


def _shown(relation: Relation, whole: bool) -> tuple[Field, ...]:
    if whole:
        return relation.fields
    wanted = {name for key in relation.keys if key.kind == "primary" for name in key.columns}
    wanted |= {name for link in relation.links for name in link.columns}
    return tuple(field for field in relation.fields if field.name in wanted)


def _type(field: Field) -> str:
    raw = field.type.raw or type(field.type).__name__.lower()
    return raw.removeprefix("public.")


def _short(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def _links(relation: Relation, boxes: dict[str, Box]) -> Iterator[str]:
    box = boxes[relation.qualified]
    for link in relation.links:
        other = boxes.get(f"{link.target_schema}.{link.target}" if link.target_schema else link.target)
        if other is None or not link.columns:
            continue
        start, end = box.level(link.columns[0]), other.level(link.target_columns[0] if link.target_columns else "")
        said = f"{relation.name}.{', '.join(link.columns)} → {link.target}.{', '.join(link.target_columns)}"
        title = f"<title>{escape(visible(said))}</title>"
        yield f'<path class="er-link" d="{_path(box, start, other, end)}">{title}</path>'


def _path(box: Box, start: float, other: Box, end: float) -> str:
    """From the side that faces the other box; a box beside or below it is gone to by the right."""
    if other.x + other.width <= box.x:
        near, far = box.x, other.x + other.width
        bend = max((near - far) / 2, 24.0)
        return f"M{near:.1f} {start:.1f}C{near - bend:.1f} {start:.1f} {far + bend:.1f} {end:.1f} {far:.1f} {end:.1f}"
    near, far = box.x + box.width, other.x + other.width
    bend = max(near, far) + 32.0
    return f"M{near:.1f} {start:.1f}C{bend:.1f} {start:.1f} {bend:.1f} {end:.1f} {far:.1f} {end:.1f}"


def _box(box: Box, address: Address | None, *, marked: bool) -> Iterator[str]:
    relation = box.relation
    yield f'<g class="er-box{" er-focus" if marked else ""}" transform="translate({box.x:.1f} {box.y:.1f})">'
    yield f"<title>{escape(visible(relation.qualified))}</title>"
    yield f'<rect class="er-frame" width="{box.width:.1f}" height="{box.height:.1f}" rx="3"/>'
    name = f'<text class="er-name" x="{_PAD}" y="{_HEAD - 8}">{escape(_short(relation.name))}</text>'
    yield f'<a href="{escape(address(relation), quote=True)}">{name}</a>' if address else name
    if box.rows:
        yield f'<path class="er-rule" d="M0 {_HEAD}H{box.width:.1f}"/>'
    keys = {column for key in relation.keys if key.kind == "primary" for column in key.columns}
    for place, field in enumerate(box.rows):
        y = _HEAD + _ROW * place + 14
        kind = " er-key" if field.name in keys else ""
        yield f'<text class="er-column{kind}" x="{_PAD}" y="{y}">{escape(_short(field.name))}</text>'
        yield f'<text class="er-type" x="{box.width - _PAD:.1f}" y="{y}">{escape(_short(_type(field)))}</text>'
    yield "</g>"
