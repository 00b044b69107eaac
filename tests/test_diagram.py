"""The diagram: every table and foreign key once, nothing over another, the same every time."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from pgconform.generate.diagram import around, draw
from pgconform.generate.layering import layers
from pgconform.schema import Link, Relation
from tests.schemas import table

SVG = "{http://www.w3.org/2000/svg}"


def tied(name: str, *targets: str) -> Relation:
    columns = [f"{target}_id int4" for target in targets]
    links = tuple(Link((f"{target}_id",), "public", target, ("id",)) for target in targets)
    return replace(table(name, "id int4!", *columns), links=links)


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    found = []
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        x, y = (float(part) for part in re.findall(r"[\d.]+", group.attrib["transform"]))
        frame = next(group.iter(f"{SVG}rect"))
        found.append((x, y, x + float(frame.attrib["width"]), y + float(frame.attrib["height"])))
    return found


SHOP = (tied("users"), tied("orders", "users"), tied("items", "orders", "products"), tied("products"), tied("alone"))
CIRCLE = (tied("a", "b"), tied("b", "c"), tied("c", "a"), tied("own", "own"))
MANY = tuple(tied(f"t_{n}", *(f"t_{m}" for m in {n // 2, n // 3} if m != n)) for n in range(300))


@pytest.mark.parametrize("relations", [SHOP, CIRCLE, MANY], ids=["shop", "circle", "many"])
def test_nothing_lies_over_another_and_everything_is_there(relations: tuple[Relation, ...]) -> None:
    svg = draw(relations, whole=True)
    placed = boxes(svg)
    assert len(placed) == len(relations)
    for (left, top, right, bottom), (left_, top_, right_, bottom_) in combinations(placed, 2):
        assert right <= left_ or right_ <= left or bottom <= top_ or bottom_ <= top
    assert svg.count('class="er-link"') == sum(len(relation.links) for relation in relations)
    assert draw(tuple(reversed(relations)), whole=True) == svg


def test_what_is_referred_to_stands_left() -> None:
    assert layers({"users": [], "orders": ["users"], "items": ["orders"], "alone": []}) == [
        ["users"],
        ["orders"],
        ["items"],
    ]


def test_only_keys_are_shown_unless_all_are_asked_for() -> None:
    one = (table("documents", "id uuid!", "title text"),)
    assert ">title</text>" not in draw(one)
    assert ">title</text>" in draw(one, whole=True)
    assert draw(()) == ""


def test_names_are_escaped_and_lead_to_their_pages() -> None:
    svg = draw((table('<b>"x"\u202e', "id int4!"),), address=lambda _: '/r?a="&b', whole=True)
    ElementTree.fromstring(svg)
    assert "<b>" not in svg and "\u202e" not in svg
    assert '<a href="/r?a=&quot;&amp;b">' in svg


def test_the_neighbours_of_a_relation() -> None:
    assert [one.name for one in around(SHOP, "public.orders")] == ["users", "orders", "items"]
    assert [one.name for one in around(SHOP, "public.orders", 2)] == ["users", "orders", "items", "products"]
