"""The libraries by which programs speak to databases."""

from __future__ import annotations

import re

POSTGRES = frozenset({"psycopg", "psycopg2", "psycopg_pool", "asyncpg", "aiopg", "pg8000"})
EITHER = frozenset({"sqlalchemy", "sqlmodel", "pandas", "databases"})
FOREIGN = frozenset(
    {"sqlite3", "aiosqlite", "duckdb", "clickhouse_driver", "clickhouse_connect", "pymysql", "aiomysql", "asyncmy"}
    | {"MySQLdb", "mysql", "snowflake", "hdbcli", "oracledb", "cx_Oracle", "pyodbc", "pymssql", "aioodbc", "trino"}
    | {"cassandra", "databricks", "redshift_connector", "vertica_python", "neo4j", "kuzu", "pyathena", "libsql"}
)
OF_FRAMES = frozenset(
    {"polars", "pandasql", "datafusion", "pyspark", "sqlframe", "daft", "chdb", "dask_sql", "fugue", "awswrangler"}
    | {"influxdb", "influxdb_client_3", "pydruid", "tableauhyperapi"}
)
"""What runs SQL over frames, files or time series of its own: it says nothing of other SQL beside it."""
_CLOUD = re.compile(r"^google\.cloud\.(bigquery|spanner)")
_REQUESTS = frozenset({"supabase", "postgrest"})
"""Those that ask a database over HTTP."""


def engine(module: str) -> str:
    """The driver a dotted name belongs to; "" of anything else, "other" of other databases'."""
    package = module.partition(".")[0]
    if package in POSTGRES or package in EITHER:
        return package
    return "other" if package in FOREIGN or package in OF_FRAMES or _CLOUD.match(module) else ""


def may_be_known(module: str) -> bool:
    """What this library speaks to may be a Postgres."""
    package = module.partition(".")[0]
    return package in POSTGRES or package in EITHER or package in _REQUESTS


def is_foreign(module: str) -> bool:
    """This library speaks to databases of other kinds."""
    return engine(module) == "other"
