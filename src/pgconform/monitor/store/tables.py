"""The tables of the history, as the last migration leaves them. Times are UTC, in microseconds since 1970."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()
_KEY = BigInteger().with_variant(Integer, "sqlite")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


targets = Table(
    "targets",
    metadata,
    Column("name", Text, primary_key=True),
    _text("origin"),
    _text("server"),
    Column("state", Text, nullable=False, server_default="unknown"),
    Column("since", BigInteger, nullable=False),
    Column("seen_at", BigInteger),
    Column("checked_at", BigInteger),
    _text("problem"),
    _text("help"),
    Column("failures", Integer, nullable=False, server_default="0"),
    _text("fault"),
    _text("signal"),
    Column("snapshot", _KEY),
    _text("told"),
    Column("seconds", Float, nullable=False, server_default="0"),
    Column("judged", Integer, nullable=False, server_default="0"),
    Column("unjudged", Integer, nullable=False, server_default="0"),
    _text("uses"),
)
"""``told``: the state people were last told of. ``uses``: the digest of the content that says who uses what."""

contents = Table(
    "contents",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("target", Text, ForeignKey("targets.name"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("content", Text, ForeignKey("contents.digest"), nullable=False),
    Column("relations", Integer, nullable=False),
    Column("changes", Integer, nullable=False),
    _text("server"),
    _text("cause"),
    _text("role"),
    _text("application"),
    _text("command"),
    _text("migration"),
    Index("snapshots_by_target", "target", "at"),
)

changes = Table(
    "changes",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("snapshot", _KEY, ForeignKey("snapshots.id"), nullable=False),
    _text("kind"),
    _text("subject"),
    _text("relation"),
    _text("what"),
    _text("attribute"),
    _text("was"),
    _text("is"),
    _text("perhaps"),
    _text("place"),
    Index("changes_by_snapshot", "snapshot"),
    Index("changes_by_subject", "subject"),
    Index("changes_by_relation", "relation"),
)

findings = Table(
    "findings",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("target", Text, ForeignKey("targets.name"), nullable=False),
    Column("key", Text, nullable=False),
    _text("code"),
    _text("name"),
    _text("severity"),
    Column("rank", Integer, nullable=False),
    _text("source"),
    _text("relation"),
    _text("subject"),
    _text("holder"),
    _text("message"),
    _text("consequence"),
    _text("help"),
    _text("place"),
    _text("truth_place"),
    Column("opened_at", BigInteger, nullable=False),
    Column("opened_in", _KEY),
    Column("closed_at", BigInteger),
    Column("closed_in", _KEY),
    Index(
        "findings_open",
        "target",
        "key",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    Index("findings_by_weight", "closed_at", "rank", "place"),
    Index("findings_by_relation", "relation"),
)

events = Table(
    "events",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("target", Text, ForeignKey("targets.name"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("finding", _KEY, ForeignKey("findings.id")),
    Column("snapshot", _KEY),
    _text("message"),
    _text("help"),
    Column("alert", Text, ForeignKey("alerts.id")),
    UniqueConstraint("finding", "kind", name="events_once"),
    Index("events_waiting", "alert", "target"),
)
"""What people are told of, once: ``kind`` is opened, closed, down, up, fault, well or hook."""

alerts = Table(
    "alerts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("alert", Text, ForeignKey("alerts.id"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    _text("problem"),
    UniqueConstraint("alert", "channel", name="deliveries_once"),
    Index("deliveries_due", "state", "due_at"),
)
"""``state``: waiting, sending, sent or dropped. One that a killed process left at sending is sent again, or dropped."""

hooks = Table(
    "hooks",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("snapshot", _KEY, ForeignKey("snapshots.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("command", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("started_at", BigInteger),
    Column("seconds", Float),
    Column("code", Integer),
    _text("output"),
    UniqueConstraint("snapshot", "place", name="hooks_once"),
)
