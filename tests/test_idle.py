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
        ("from shop.models import Buyer\n\ndef every(session):\n    return session.query(Buyer).all()\n", "error"),
    ],
)
def test_what_is_wrong_with_a_mapped_class_that_nothing_uses_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: str, level: str
) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / ".cache"))
    (tmp_path / "schema.sql").write_text("create table orders (id serial primary key);create table buyers (id int);")
    (tmp_path / "pyproject.toml").write_text('[tool.pgconform]\ntruth = "sql:schema.sql"\n')
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("from .models import Buyer, Order\n")
    (tmp_path / "shop" / "models.py").write_text(MODELS)
    (tmp_path / "shop" / "dto.py").write_text("class Order: ...\n")
    (tmp_path / "app.py").write_text(app)
    found = [item for item in run(find_project(tmp_path), Ask(cached=False)).findings if item.code == "COL001"]
    assert [(item.subject, item.severity.value) for item in found] == [("orders.note", level)]
