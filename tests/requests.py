"""Requests as chains of Python, judged beside a truth."""

from __future__ import annotations

from pgconform.check import judge
from pgconform.finding import Finding, Severity
from pgconform.postgrest.config import PostgrestConfig
from pgconform.request import Query
from pgconform.schema import Schema
from pgconform.sources.python.flows.scopes import collect
from pgconform.sources.python.queries.reader import Reader
from pgconform.sources.python.syntax.tree import parse

SHOP = PostgrestConfig(schemas=("shop",), extra_search_path=())


def parse_chain(source: str) -> Query:
    """The one query of an expression such as ``client.table("a").select("*").execute()``.

    Raises ValueError where there is none, or more than one.
    """
    found = Reader({"<chain>": collect(parse(source.encode()))}).read()
    if len(found) != 1:
        raise ValueError(f"{len(found)} queries in {source!r}")
    return found[0]


def findings(truth: Schema, chain: str, config: PostgrestConfig = SHOP) -> list[Finding]:
    """Everything that is to be said of one chain."""
    claim = Schema(queries=(parse_chain(chain),))
    return list(judge(truth, claim, schemas=config.schemas, postgrest=config).findings)


def errors(truth: Schema, chain: str, config: PostgrestConfig = SHOP) -> set[str]:
    """The codes of what surely fails."""
    return {finding.code for finding in findings(truth, chain, config) if finding.severity is Severity.ERROR}


def codes(truth: Schema, chain: str, config: PostgrestConfig = SHOP) -> set[str]:
    """The codes of all findings."""
    return {finding.code for finding in findings(truth, chain, config)}
