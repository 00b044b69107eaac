"""The placeholders that a call of a driver fills in."""

from __future__ import annotations

import re

from pgconform.sources.python.flows.operations import Call
from pgconform.sql.drivers import DRIVERS
from pgconform.support.patterns import deferred

TEXTS = frozenset({"sqlalchemy", "sqlmodel"})
READS = ("read_sql", "read_sql_query", "read_postgis", "from_postgis")
"""Functions of pandas and GeoPandas that are handed a statement and a connection."""
SENT = ("args", "vars", "params", "parameters", "values", "multiparams")
_NAMED = deferred(r"(?<![:\w\\]):[A-Za-z_]\w*(?!:)")
_NAME = deferred(r"(?<![:\w\\]):[A-Za-z_]\w*")


def style_of(driver: str, name: str, op: Call) -> str:
    """The placeholders that a driver fills in this call; psycopg looks for none where no values are handed over.

    "": the text itself has to tell. SQLAlchemy hands a plain text on to the driver, or makes one of its own of it.
    """
    if driver in TEXTS and name not in ("exec_driver_sql", *READS):
        return "named" if name == "text" else ""
    style = DRIVERS[driver].style if driver else ""
    if style != "pyformat":
        return style
    handed = len(op.arguments) > 1 or any(key in SENT or key == "**" for key, _ in op.keywords)
    if name in READS:
        handed = any(key == "params" for key, _ in op.keywords)
    return style if handed else ""


def guessed(driver: str, text: str) -> str:
    """The style of a statement whose driver, or what it is handed, is not known."""
    if driver in TEXTS and _NAMED.search(text):
        return "named"
    if re.search(r"\$\d", text):
        return "numeric"
    if re.search(r"%\(\w+\)s|%s", text):
        return "pyformat"
    return "named" if _NAMED.search(text) else ""


def told(driver: str, text: str) -> str:
    """The style of a statement that gets its driver's placeholders before it is sent: a cast may follow each name."""
    found = guessed(driver, text)
    if driver not in TEXTS and found in ("", "named") and _NAME.search(text):
        return "aiosql"
    return found or ("qmark" if "?" in text else "")
