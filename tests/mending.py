"""A small project that conforms, for tests that spoil it and mend it again."""

from __future__ import annotations

from msgspec.structs import replace

from pgconform.schema import Argument, Dropped, Function, Key, Schema
from pgconform.shape import Location, Scalar
from tests.schemas import table

DOCUMENTS = replace(
    table(
        "documents",
        "id uuid!",
        "title text!",
        "author_name varchar(80)!",
        "description text",
        "status draft|published|archived!",
        "word_count int4",
        "published_at timestamptz",
    ),
    keys=(Key(("id",), "primary"), Key(("author_name",), "unique")),
)
FUNCTION = Function(
    "archive_documents",
    "public",
    (Argument("p_author_name", Scalar("text", raw="text")), Argument("p_reason", Scalar("text", raw="text"))),
    returns=Scalar("void", raw="void"),
    kind="function",
    volatility="volatile",
)
TRUTH = Schema(
    relations=(DOCUMENTS, table("comments", "id uuid!", "document_id uuid!", "contents text!")),
    functions=(FUNCTION,),
    dropped=(
        Dropped("documents", "public", "writer", "author_name", Location("supabase/migrations/2.sql", 1)),
        Dropped("notes", "public", "", "comments", Location("supabase/migrations/2.sql", 2)),
    ),
    schemas=("public",),
)
MODELS = '''"""Rows."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class DocumentRow(BaseModel):
    """One document."""

    __pgconform__ = "documents"

    id: UUID
    title: str
    author_name: str
    description: str | None = None  # often empty
    status: Literal["draft", "published", "archived"]
    word_count: int | None = Field(default=None, description="a count")
    published_at: datetime | None = None


class CommentRow(BaseModel):
    __pgconform__ = "comments"

    id: UUID
    document_id: UUID
    contents: str
'''
CLIENT = "from supabase import create_client\n\nsupabase = create_client('http://localhost', 'key')\n\n\n"
SCRIPT = (
    CLIENT
    + """def listed(author: str) -> list[dict]:
    found = (
        supabase.table("documents")
        .select("id, title, author_name, published_at")  # what the list shows
        .eq("author_name", author)
        .or_(f"word_count.gt.{len(author)},title.ilike.%x%")
        .order('published_at', desc=True)
        .execute()
    )
    return [{"name": row["author_name"], "when": row.get("published_at")} for row in found.data]


def saved(key: str, author: str) -> None:
    supabase.table("documents").upsert(
        {
            "id": key,
            "title": "Größe: 😀",
            'author_name': author,  # unique
            "status": "draft",
        },
        on_conflict="author_name",
    ).execute()
    supabase.table("comments").select("id, " "contents, document_id").eq("document_id", key).execute()
    supabase.rpc("archive_documents", {"p_author_name": author, "p_reason": "old"}).execute()
"""
)
FILES = {"models.py": MODELS, "app.py": SCRIPT}
