"""Types of Postgres that SQLAlchemy has no class for, by the database's own name; needs SQLAlchemy."""

from __future__ import annotations

from typing import Any

from sqlalchemy.types import UserDefinedType


class Native(UserDefinedType[Any]):
    """A type as DDL spells it (``vector(3)``, ``public.address``); its values are as the driver takes and gives them.

    embedding: str = Field(sa_column=Column("embedding", Native("vector(3)")))
    """

    cache_ok = True

    def __init__(self, spelling: str) -> None:
        self.spelling = spelling

    def get_col_spec(self, **_: Any) -> str:
        """The type in DDL."""
        return self.spelling
