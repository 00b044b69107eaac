"""The history as it began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _key(name: str, target: str = "", *, nullable: bool = False) -> sa.Column[int]:
    links = (sa.ForeignKey(target),) if target else ()
    return sa.Column(name, _KEY, *links, nullable=nullable)


def _number(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=nullable, server_default=default)


def _time(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def upgrade() -> None:
    """Make all tables."""
    _targets()
    _snapshots()
    _findings()
    _alerts()


def _targets() -> None:
    op.create_table(
        "targets",
        sa.Column("name", sa.Text, primary_key=True),
        _text("origin"),
        _text("server"),
        sa.Column("state", sa.Text, nullable=False, server_default="unknown"),
        _time("since"),
        _time("seen_at", nullable=True),
        _time("checked_at", nullable=True),
        _text("problem"),
        _text("help"),
        _number("failures", default="0"),
        _text("fault"),
        _text("signal"),
        _key("snapshot", nullable=True),
        _text("told"),
        sa.Column("seconds", sa.Float, nullable=False, server_default="0"),
        _number("judged", default="0"),
        _number("unjudged", default="0"),
        _text("uses"),
    )


def _snapshots() -> None:
    op.create_table(
        "contents", sa.Column("digest", sa.Text, primary_key=True), sa.Column("data", sa.LargeBinary, nullable=False)
    )
    op.create_table(
        "snapshots",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("target", sa.Text, sa.ForeignKey("targets.name"), nullable=False),
        _time("at"),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("content", sa.Text, sa.ForeignKey("contents.digest"), nullable=False),
        _number("relations"),
        _number("changes"),
        *map(_text, ("server", "cause", "role", "application", "command", "migration")),
    )
    op.create_index("snapshots_by_target", "snapshots", ["target", "at"])
    op.create_table(
        "changes",
        sa.Column("id", _KEY, primary_key=True),
        _key("snapshot", "snapshots.id"),
        *map(_text, ("kind", "subject", "relation", "what", "attribute", "was", "is", "perhaps", "place")),
    )
    for name in ("snapshot", "subject", "relation"):
        op.create_index(f"changes_by_{name}", "changes", [name])
    op.create_table(
        "hooks",
        sa.Column("id", _KEY, primary_key=True),
        _key("snapshot", "snapshots.id"),
        _number("place"),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        _time("started_at", nullable=True),
        sa.Column("seconds", sa.Float),
        _number("code", nullable=True),
        _text("output"),
        sa.UniqueConstraint("snapshot", "place", name="hooks_once"),
    )


def _findings() -> None:
    said = ("source", "relation", "subject", "holder", "message", "consequence", "help", "place", "truth_place")
    op.create_table(
        "findings",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("target", sa.Text, sa.ForeignKey("targets.name"), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        *map(_text, ("code", "name", "severity")),
        _number("rank"),
        *map(_text, said),
        _time("opened_at"),
        _key("opened_in", nullable=True),
        _time("closed_at", nullable=True),
        _key("closed_in", nullable=True),
    )
    where = sa.text("closed_at IS NULL")
    op.create_index(
        "findings_open", "findings", ["target", "key"], unique=True, sqlite_where=where, postgresql_where=where
    )
    op.create_index("findings_by_weight", "findings", ["closed_at", "rank", "place"])
    op.create_index("findings_by_relation", "findings", ["relation"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Text, primary_key=True),
        _time("at"),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("target", sa.Text, sa.ForeignKey("targets.name"), nullable=False),
        _time("at"),
        sa.Column("kind", sa.Text, nullable=False),
        _key("finding", "findings.id", nullable=True),
        _key("snapshot", nullable=True),
        *map(_text, ("message", "help")),
        sa.Column("alert", sa.Text, sa.ForeignKey("alerts.id")),
        sa.UniqueConstraint("finding", "kind", name="events_once"),
    )
    op.create_index("events_waiting", "events", ["alert", "target"])
    op.create_table(
        "deliveries",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("alert", sa.Text, sa.ForeignKey("alerts.id"), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        _number("attempts", default="0"),
        _time("due_at"),
        _time("sent_at", nullable=True),
        _text("problem"),
        sa.UniqueConstraint("alert", "channel", name="deliveries_once"),
    )
    op.create_index("deliveries_due", "deliveries", ["state", "due_at"])


def downgrade() -> None:
    """Take all tables away."""
    for name in ("deliveries", "events", "alerts", "findings", "hooks", "changes", "snapshots", "contents", "targets"):
        op.drop_table(name)
