"""Mapped classes that nothing uses: what is wrong with them fails once something does."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.config import find_project
from pgconform.project.asking import Ask
from pgconform.project.run import run
from tests.own_cache import own_cache

MODELS = """
from sqlalchemy import Column, Integer, Text
from sqlalchemy.orm import declarative_base, relationship
Base = declarative_base()

class Order(Base):
    \"\"\"An Order.\"\"\"
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    note = Column(Text)

    def copy(self):
        return Order(note=self.note)

class Buyer(Base):
    __tablename__ = "buyers"
    id = Column(Integer, primary_key=True)
    orders = relationship("Order")
"""


def judged(folder: Path, monkeypatch: pytest.MonkeyPatch, **files: str) -> list[tuple[str, str]]:
    """What is said of the columns of a shop whose ``orders`` have no note."""
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(folder / ".cache"))
    (folder / "schema.sql").write_text("create table orders (id serial primary key);create table buyers (id int);")
    (folder / "pyproject.toml").write_text('[tool.pgconform]\ntruth = "sql:schema.sql"\n')
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    found = [item for item in run(find_project(folder), Ask(cached=False)).findings if item.code == "COL001"]
    return [(item.subject, item.severity.value) for item in found]


@pytest.mark.parametrize(
    ("app", "level"),
    [
        ("", "warning"),
        ("from shop.models import Order\n__all__ = ['Order']\n", "warning"),
        ("print('Order')\n", "warning"),
        ("from other import Order\nOrder()\n", "warning"),
        ("import other\nother.Order()\n", "warning"),
        ("from shop.dto import Order\nOrder()\n", "warning"),
        ("class Order: ...\nOrder()\n", "warning"),
        ("from shop.models import Order\n\ndef every(session):\n    return session.query(Order).all()\n", "error"),
        ("from shop import *\n\ndef every(session):\n    return session.query(Order).all()\n", "error"),
        ("from shop import Order as Item\nItem()\n", "error"),
        ("import shop.models\nshop.models.Order()\n", "error"),
        ("def every(session, models):\n    return session.query(models.Order)\n", "error"),
        ("def every(session):\n    from shop.models import Order\n    return session.query(Order)\n", "error"),
        (
            "from shop.models import Order\nBY = {'o': Order}\n\ndef ids(db):\n    return db.query(Order.id)\n",
            "warning",
        ),
        ("from shop import models\n\ndef ids(session):\n    return session.query(models.Order.id)\n", "warning"),
        ("from shop.models import Order\n\ndef ids(session):\n    return session.query(Order.note)\n", "error"),
        ("from shop.models import Order\nORDERS = [Order]\nprint(Order.query.all())\n", "error"),
        ("from shop.models import Order\nprint(Order.recent())\n", "error"),
        ("from shop.models import Buyer\n\ndef every(session):\n    return session.query(Buyer).all()\n", "error"),
    ],
)
def test_what_is_wrong_with_a_mapped_class_that_nothing_uses_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: str, level: str
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("from .models import Buyer, Order\n")
    (tmp_path / "shop" / "dto.py").write_text("class Order: ...\n")
    assert judged(tmp_path, monkeypatch, app=app, shop__models=MODELS) == [("orders.note", level)]


@pytest.mark.parametrize(("asked", "level"), [("Order", "error"), ("Order.id", "warning")])
def test_a_column_of_a_base_in_another_file_is_asked_for_with_the_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, level: str
) -> None:
    base = MODELS.partition("class Order")[0] + "class Noted(Base):\n    __abstract__ = True\n    note = Column(Text)\n"
    orders = (
        "from shop.base import *\nclass Order(Noted):\n    __tablename__ = 'orders'\n"
        "    id = Column(Integer, primary_key=True)\n"
    )
    app = f"from shop.orders import Order\n\ndef every(session):\n    return session.query({asked})\n"
    assert judged(tmp_path, monkeypatch, app=app, shop__base=base, shop__orders=orders) == [("orders.note", level)]


def test_what_only_tests_use_the_program_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    test = "from shop import Order\n\ndef test_order():\n    Order(note='')\n"
    assert judged(tmp_path, monkeypatch, shop=MODELS, tests__test_shop=test) == [("orders.note", "warning")]
