"""A small program and its database, for the tests of guards."""

from __future__ import annotations

from pathlib import Path

from pgconform.config import Project
from pgconform.guard.collect import collect
from pgconform.guard.uses import Uses
from pgconform.postgrest.config import PostgrestConfig
from pgconform.project.asking import Ask
from pgconform.project.claiming import read_claims
from pgconform.schema import Schema

SQL = """
create type status as enum ('draft', 'published');
create domain short as varchar(12);
create table authors (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  email text unique
);
create table documents (
  id bigint generated always as identity primary key,
  title varchar(40) not null,
  status status not null default 'draft',
  author_id uuid references authors,
  kind text not null default 'note' check (kind in ('note', 'memo')),
  words integer,
  tags text[] not null default '{}',
  code short,
  price numeric(8, 2),
  meta jsonb,
  created_at timestamptz not null default now(),
  length int generated always as (length(title)) stored
);
create table sales (id int generated always as identity, region text, amount int, note text);
create table unrelated (id int primary key, name text);
create view titles as select id, title, status from documents;
create function word_count(doc bigint) returns bigint language sql stable as 'select 1::bigint';
"""
PROGRAM = """
from typing import Literal
from datetime import datetime
from uuid import UUID
from pydantic import BaseModel
import psycopg
from supabase import create_client

db = create_client("https://x.supabase.co", "key")


class Document(BaseModel):
    __pgconform__ = "public.documents"
    id: int
    title: str
    status: Literal["draft", "published"]
    created_at: datetime


def add(title: str, author: UUID) -> None:
    db.table("documents").insert({"title": title, "status": "draft", "author_id": str(author)}).execute()


def publish(doc: int) -> None:
    db.table("documents").update({"status": "published", "words": 3}).eq("id", doc).execute()


def listed() -> list[dict]:
    return db.table("documents").select("id, title, status, authors(name)").order("created_at").execute().data


def seen() -> list[dict]:
    return db.table("titles").select("title").execute().data


def author(email: str) -> None:
    db.table("authors").upsert({"name": "A", "email": email}, on_conflict="email").execute()


def counted(connection: psycopg.Connection) -> None:
    connection.execute("select count(*), max(s.amount) from sales s where s.region = %s", ("x",))
    connection.execute("insert into sales (region, amount) values (%s, %s)", ("x", 1))


def words(doc: int) -> int:
    return db.rpc("word_count", {"doc": doc}).execute().data
"""

MODELS = """
import datetime
from typing import Literal

from pgconform.types import Insert, Row


class DocumentRow(Row):
    __pgconform__ = "public.documents"

    id: int
    title: str
    status: Literal["draft", "published"]
    created_at: datetime.datetime


class DocumentInsert(Insert):
    __pgconform__ = "public.documents"

    title: str
    status: Literal["draft", "published"] = "draft"
"""


def uses_of(root: Path, truth: Schema, program: str = PROGRAM) -> Uses:
    """What that program uses of a truth."""
    (root / "app.py").write_text(program)
    claims = read_claims(Project(root), truth, Ask(cached=False)).schemas
    return collect(truth, claims, ("public",), PostgrestConfig())
