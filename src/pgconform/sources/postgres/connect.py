"""Connecting, and saying in one sentence why it did not work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pgconform.errors import Problem, Unreachable
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    import psycopg

CONNECT_TIMEOUT = 5
_SCHEME = deferred(r"^postgres(?:ql)?(?:\+\w+)?://", re.IGNORECASE)
_OF_OTHERS = frozenset(
    {"async_fallback", "connection_limit", "max_overflow", "pgbouncer", "pool_size", "pool_timeout", "schema"}
    | {"prepared_statement_cache_size", "prepared_statement_name_func", "prepared_statements", "socket_timeout"}
    | {"sslaccept", "sslidentity", "statement_cache_size", "supa", "uselibpqcompat", "workaround"}
)
"""Parameters that Prisma, SQLAlchemy, asyncpg, node-postgres and the pages of Supabase and Vercel put into URLs."""
_SSL = {"true": "require", "1": "require", "false": "disable", "0": "disable"}
_PARAMETER = deferred(r'invalid URI query parameter: "([^"]*)"')
_OFFLINE = (
    "is the database up and reachable from here? For an offline check use the committed snapshot:"
    "  pgconform check --truth snapshot:pgconform.lock.json"
)
_USER = "check the user and the password"
_HOST = ("the host's name is not known", "check the host in the URL")
_FULL = ("the server has no free connection", "try again, or connect through a pooler")
_TLS = ("TLS could not be agreed on", "check  sslmode  and  sslrootcert  in the URL")
_REASONS = {
    "password authentication failed": ("password authentication failed", _USER),
    "no password supplied": ("a password is required", "put it into the URL, PGPASSWORD or ~/.pgpass"),
    "no pg_hba.conf entry": ("the server refuses this host, user or encryption", "try  ?sslmode=require  in the URL"),
    "connection refused": ("connection refused", _OFFLINE),
    "could not translate host": _HOST,
    "failed to resolve host": _HOST,
    "network is unreachable": (
        "the network is unreachable",
        "Supabase's direct host speaks IPv6 only; the URL of its pooler works over IPv4",
    ),
    "no such file": ("no server listens on this socket", _OFFLINE),
    "timeout": (f"no answer after {CONNECT_TIMEOUT} s", _OFFLINE),
    "too many": _FULL,
    "remaining connection slots": _FULL,
    "unsupported startup parameter": (
        "its pooler does not take the  options=…  of the URL",
        "leave that out of the URL, or name the database itself",
    ),
    "starting up": ("the server is starting up", "try again in a moment"),
    "shutting down": ("the server is shutting down", _OFFLINE),
    "is not permitted to log in": ("the role may not log in", _USER),
    "ssl": _TLS,
    "certificate": _TLS,
}
_MISSING = deferred(r'FATAL:\s+(role|database) "([^"]*)" does not exist')


def is_url(reference: str) -> bool:
    return _SCHEME.match(reference) is not None


def normal_url(url: str) -> str:
    """The URL as libpq takes it, without what only other clients understand: a driver, or a pool's parameters."""
    plain = _SCHEME.sub("postgresql://", url.strip())
    authority = plain.removeprefix("postgresql://").partition("?")[0]
    password = authority.rpartition("@")[0].partition(":")[2]
    if re.search(r"[@/#\s]", password):
        raise Problem(
            f"the password in {_shown(plain)} has characters a URL cannot hold",
            "percent-encode it: @ is %40, / is %2F, # is %23",
        )
    address, _, query = plain.partition("?")
    kept = "&".join(part for part in map(_for_libpq, query.split("&")) if part)
    return f"{address}?{kept}" if kept else address


def _for_libpq(parameter: str) -> str:
    """A parameter as libpq takes it; "" for one that is another client's alone."""
    name, _, value = parameter.partition("=")
    if name in _OF_OTHERS:
        return ""
    return f"sslmode={_SSL.get(value.lower(), value)}" if name == "ssl" else parameter


@contextmanager
def connected(dsn: str, application: str = "pgconform") -> Iterator[psycopg.Connection[Any]]:
    """A connection that is closed at the end, or a `Problem` that says why there is none.

    The server sees who it is by ``application``. A server that went away without a word is noticed in about a minute.
    """
    import psycopg

    dsn = normal_url(dsn) if is_url(dsn) else dsn
    try:
        connection = psycopg.connect(
            dsn,
            autocommit=True,
            connect_timeout=CONNECT_TIMEOUT,
            application_name=application,
            keepalives_idle=30,
            keepalives_interval=10,
            keepalives_count=3,
            client_encoding="UTF8",
            prepare_threshold=None,
        )
    except psycopg.ProgrammingError as error:
        wrong = _PARAMETER.search(str(error))
        help_ = f"it knows no parameter {wrong[1]}" if wrong else _spelling()
        raise Problem(f"{_shown(dsn)} is no connection string Postgres understands", help_) from error
    except psycopg.OperationalError as error:
        reason, help_ = _explained(str(error))
        raise Unreachable(f"cannot reach {_shown(dsn)} ({reason})", help_) from error
    with connection:
        yield connection


def _spelling() -> str:
    return "it reads  postgresql://user:password@host:5432/database"


def _explained(message: str) -> tuple[str, str]:
    missing = _MISSING.search(message)
    if missing:
        return f'{missing[1]} "{missing[2]}" does not exist', "check the URL"
    lower = message.lower()
    for part, explained in _REASONS.items():
        if part in lower:
            return explained
    last = message.strip().splitlines()[-1] if message.strip() else "no reason given"
    return last.rpartition("failed: ")[2].strip(), _OFFLINE


def _shown(dsn: str) -> str:
    """The connection string without its password, whatever characters that has."""
    dsn = re.sub(r"(://[^:@/?#]*):.*@", r"\1:***@", dsn, flags=re.DOTALL)
    return re.sub(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]+)", r"\1***", dsn, flags=re.IGNORECASE)
