"""Extensions that migrations take for granted: somebody made them by hand, or the platform did."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.migrations.apply import Application
    from pgconform.sources.migrations.session import Failure

_CREATED = deferred(rb'\bcreate\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)', re.IGNORECASE)
_NO_TYPE = deferred(r"^type .* does not exist")
_WANTED = (
    ("vector", deferred(r'type "?(?:\w+\.)?(?:vector|halfvec|sparsevec)\b|"(?:vector|halfvec)_\w+_ops"')),
    ("citext", deferred(r'type "?(?:\w+\.)?citext\b')),
    ("hstore", deferred(r'type "?(?:\w+\.)?hstore\b')),
    ("ltree", deferred(r'type "?(?:\w+\.)?(?:ltree|lquery)\b')),
    ("postgis", deferred(r'type "?(?:\w+\.)?(?:geometry|geography)\b|function (?:\w+\.)?st_\w+\(')),
    ("uuid-ossp", deferred(r"function (?:\w+\.)?uuid_(?:generate|ns|nil)\w*\(")),
    (
        "pgcrypto",
        deferred(
            r"function (?:\w+\.gen_random_uuid"
            r"|(?:\w+\.)?(?:digest|hmac|crypt|gen_salt|gen_random_bytes|pgp_\w+|armor))\("
        ),
    ),
    ("pg_trgm", deferred(r'"(?:gin|gist)_trgm_ops"|function (?:\w+\.)?(?:word_)?similarity\(')),
    ("unaccent", deferred(r'function (?:\w+\.)?unaccent\(|dictionary "unaccent"')),
    ("moddatetime", deferred(r"function (?:\w+\.)?moddatetime\(")),
    ("fuzzystrmatch", deferred(r"function (?:\w+\.)?(?:levenshtein|soundex|d?metaphone)\w*\(")),
    ("tablefunc", deferred(r"function (?:\w+\.)?(?:crosstab|connectby)\w*\(")),
    ("btree_gin", deferred(r"no default operator class for access method \"gin\"")),
    ("btree_gist", deferred(r"no default operator class for access method \"gist\"")),
    ("http", deferred(r'function (?:\w+\.)?http(?:_\w+)?\(|type "?(?:\w+\.)?http_\w+')),
    ("pgjwt", deferred(r"function (?:\w+\.)?(?:sign|verify)\(json")),
    ("pg_jsonschema", deferred(r"function (?:\w+\.)?jsonb?_matches_schema\(")),
    ("pg_cron", deferred(r'schema "cron"|relation "cron\.')),
    ("pg_net", deferred(r'schema "net"|relation "net\.')),
    ("pgmq", deferred(r'schema "pgmq"|relation "pgmq\.')),
    ("pgsodium", deferred(r'schema "pgsodium"|relation "pgsodium\.')),
    ("supabase_vault", deferred(r'schema "vault"|relation "vault\.')),
    ("pg_graphql", deferred(r'schema "graphql"')),
)


def created(texts: Iterable[bytes]) -> frozenset[str]:
    """The extensions that statements in these texts make."""
    return frozenset(name.decode().lower() for text in texts for name in _CREATED.findall(text))


def brings(application: Application, failure: Failure) -> bool:
    """Whether the type that is missing was brought, with an extension that nothing said later makes.

    What says DROP … IF EXISTS of it would otherwise find nothing to drop, and go well.
    """
    if not _NO_TYPE.match(failure.message):
        return False
    return bring(application, [failure.message], application.created)


def bring(application: Application, refusals: Iterable[str], but: Iterable[str] = ()) -> bool:
    """Make the extensions that these refusals are for want of."""
    import psycopg

    wanted = {name for message in refusals for name, pattern in _WANTED if pattern.search(message)}
    made = False
    for name in sorted(wanted.difference(application.granted, but)):
        application.granted.add(name)
        try:
            made |= application.session.install(name, application.extension_schema)
        except psycopg.Error:
            continue
    return made
