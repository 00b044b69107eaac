"""Prometheus metrics of the history: how the targets are, what is open, what did not arrive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from pgconform.errors import Problem
from pgconform.monitor.store.reading import reading, standings
from pgconform.monitor.store.tables import deliveries, snapshots

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily
    from sqlalchemy import Engine

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics(engine: Engine) -> bytes:
    """The metrics in Prometheus' text format."""
    try:
        from prometheus_client import CollectorRegistry, generate_latest
    except ImportError as missing:
        raise Problem("metrics need prometheus-client", "install it:  pip install 'pgconform[monitor]'") from missing
    registry = CollectorRegistry()
    registry.register(_History(engine))
    return generate_latest(registry)


class _History:
    """Asks the history anew at each scrape."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterable[GaugeMetricFamily]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        def gauge(name: str, told: str, *labels: str) -> GaugeMetricFamily:
            return GaugeMetricFamily(f"pgconform_{name}", told, labels=labels)

        rows = standings(self._engine)
        up = gauge("target_up", "1 while the target can be read", "target")
        failures = gauge("target_failures", "failures in a row", "target")
        seen = gauge("target_seen_timestamp_seconds", "when the schema was last read", "target")
        checked = gauge("target_checked_timestamp_seconds", "when the claims were last judged", "target")
        faulty = gauge("target_unjudged", "1 while the claims cannot be judged", "target")
        relations = gauge("relations", "tables and views of the searched schemas", "target")
        open_ = gauge("findings_open", "open findings", "target", "severity")
        for row in rows:
            name = [row["name"]]
            up.add_metric(name, float(row["state"] == "up"))
            failures.add_metric(name, row["failures"])
            faulty.add_metric(name, float(bool(row["fault"])))
            relations.add_metric(name, row["relations"] or 0)
            for family, moment in ((seen, row["seen_at"]), (checked, row["checked_at"])):
                if moment is not None:
                    family.add_metric(name, moment / 1e6)
            for severity, key in (("error", "errors"), ("warning", "warnings"), ("info", "notes")):
                open_.add_metric([row["name"], severity], row[key])
        yield from (up, failures, seen, checked, faulty, relations, open_)
        yield from self._counted(CounterMetricFamily)

    def _counted(self, counter: Any) -> Iterable[Any]:
        changed = counter("pgconform_schema_changes", "snapshots that differ from the one before", labels=["target"])
        told = counter("pgconform_alerts", "alerts by channel and how they fare", labels=["channel", "state"])
        by_target = select(snapshots.c.target, func.count()).where(snapshots.c.changes > 0)
        by_state = select(deliveries.c.channel, deliveries.c.state, func.count())
        with reading(self._engine) as connection:
            for target, count in connection.execute(by_target.group_by(snapshots.c.target)):
                changed.add_metric([target], count)
            for channel, state, count in connection.execute(
                by_state.group_by(deliveries.c.channel, deliveries.c.state)
            ):
                told.add_metric([channel, state], count)
        yield from (changed, told)
