"""The libraries by which programs speak to databases, by the names that they are imported by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from pgconform.schema import Transport
from pgconform.support.patterns import deferred


class Driver(NamedTuple):
    """``of`` tells what it speaks to.

    "postgres"; "url": what its address says; "handed": what it is handed; "http": a database behind PostgREST; of other
    databases "sqlite", "apart" where a toolkit has no part in it, or is told to take it by its URL alone, or "other";
    "no sql": one whose language nobody takes for SQL; "frames", files or time series of its own. "": anything.

    ``style`` is that of its placeholders, as a statement says it; of other databases "pyformat" or none. ``values``: it
    leaves them to the server, "apart", or puts them into the text, "filled in". ``wire``: rows come over it.
    """

    of: str
    style: str = ""
    values: str = ""
    wire: Transport | None = None


_CLOUD = deferred(r"^google\.cloud\.(bigquery|spanner)")
_CLOUDS = Driver("apart", "pyformat")
_TABLE = {
    "psycopg psycopg_pool": Driver("postgres", "pyformat", "apart", Transport.PSYCOPG),
    "psycopg2": Driver("postgres", "pyformat", "filled in", Transport.SQL),
    "aiopg": Driver("postgres", "pyformat", "filled in"),
    "pg8000": Driver("postgres", "pyformat"),
    "asyncpg": Driver("postgres", "numeric", wire=Transport.ASYNCPG),
    "sqlalchemy sqlmodel": Driver("url", "pyformat", wire=Transport.SQLALCHEMY),
    "databases": Driver("url", "named", wire=Transport.SQLALCHEMY),
    "flask_sqlalchemy": Driver("", wire=Transport.SQLALCHEMY),
    "pandas geopandas": Driver("handed", "pyformat"),
    "supabase supabase_async postgrest": Driver("http", wire=Transport.POSTGREST),
    "sqlite3 aiosqlite": Driver("sqlite"),
    "duckdb libsql hdbcli": Driver("apart"),
    "clickhouse_driver clickhouse_connect snowflake cassandra databricks": Driver("apart", "pyformat"),
    "redshift_connector vertica_python pyathena pyhive impala pymonetdb": Driver("apart", "pyformat"),
    "firebird fdb firebirdsql ibm_db ibm_db_dbi jaydebeapi teradatasql prestodb pyexasol": Driver("apart"),
    "oracledb cx_Oracle pyodbc aioodbc mariadb": Driver("other"),
    "pymysql aiomysql asyncmy MySQLdb mysql pymssql trino": Driver("other", "pyformat"),
    "neo4j kuzu": Driver("no sql"),
    "polars pandasql datafusion pyspark sqlframe daft chdb dask_sql fugue awswrangler": Driver("frames"),
    "influxdb influxdb_client_3 pydruid tableauhyperapi": Driver("frames"),
}
DRIVERS: Mapping[str, Driver] = {name: driver for names, driver in _TABLE.items() for name in names.split()}


def _of(*kinds: str) -> frozenset[str]:
    return frozenset(name for name, driver in DRIVERS.items() if driver.of in kinds)


POSTGRES = _of("postgres")
TOOLKITS = _of("url")
"""Those of any database that open what they speak to themselves, by an address."""
HANDED = _of("handed")
"""Those that are handed a connection."""
EITHER = TOOLKITS | HANDED
OTHERS = frozenset({"sqlite", "apart", "other"})
"""The kinds of other databases that SQL may be for."""
_KNOWN = POSTGRES | EITHER
_REQUESTS = _of("http")
_FOREIGN = _of(*OTHERS, "no sql", "frames")
SENDS_APART = frozenset(name for name, driver in DRIVERS.items() if driver.values == "apart")
TEMPLATES = frozenset({"psycopg", "psycopg_pool"})
"""Drivers that take t-strings."""
FILLS_IN = frozenset(name for name, driver in DRIVERS.items() if driver.values == "filled in")
WIRES = {name: driver.wire for name, driver in DRIVERS.items()}
FORMAT = frozenset(name for name in POSTGRES if DRIVERS[name].style == "pyformat")
"""Drivers of Postgres that have the placeholder ``%s``."""


def driver_of(module: str) -> Driver | None:
    """The driver that a dotted name belongs to."""
    return DRIVERS.get(module.partition(".")[0]) or (_CLOUDS if _CLOUD.match(module) else None)


@cache
def engine(module: str) -> str:
    """The name of the driver that a dotted name belongs to; "" of anything else, "other" of other databases'."""
    package = module.partition(".")[0]
    if package in _KNOWN:
        return package
    return "other" if package in _FOREIGN or _CLOUD.match(module) else ""


def told(module: str) -> str:
    """What an import tells of SQL beside it: the driver, or the kind of other databases that it may be for."""
    found = driver_of(module)
    if found is None or found.of in OTHERS:
        return found.of if found else ""
    package = module.partition(".")[0]
    return package if package in _KNOWN else ""


def may_be_known(module: str) -> bool:
    """What this library speaks to may be a Postgres."""
    package = module.partition(".")[0]
    return package in _KNOWN or package in _REQUESTS


def is_foreign(module: str) -> bool:
    """This library speaks to databases of other kinds."""
    return engine(module) == "other"
