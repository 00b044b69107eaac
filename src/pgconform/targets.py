"""The databases that are watched, and who is told: the settings of the monitor."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec

from pgconform.finding import Severity

Pause: TypeAlias = Annotated[float, msgspec.Meta(ge=1)]
Span: TypeAlias = Annotated[float, msgspec.Meta(ge=0)]
Limit: TypeAlias = Annotated[float, msgspec.Meta(gt=0)]


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One database: ``url`` is a variable that holds its URL. What is not said is as for all targets.

    ``api``: the PostgREST before it, ``supabase:`` or a variable that holds its URL; ``api_key`` holds its key.
    """

    url: str
    interval: Pause | None = None
    on_change: tuple[str, ...] | None = None
    api: str = ""
    api_key: str = ""


class MonitorConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What docs/monitoring.md says of each key. Times are in seconds, ``keep`` is in days.

    ``targets`` are databases by the names that people read. ``history``, ``alerts``, ``webhook`` and ``webhook_secret``
    name variables where they hold a secret; ``at_most_once`` are some of ``alerts``. ``template`` is a file,
    ``dashboard`` the address that alerts lead to. ``quiet`` are windows (``Sun 02:00-04:00``, UTC) in which nobody is
    told.
    """

    targets: dict[str, str | Target] = {}
    history: str = ""
    interval: Pause = 60.0
    recheck: Pause = 3600.0
    timeout: Limit = 30.0
    listen: bool = True
    alerts: tuple[str, ...] = ()
    at_most_once: tuple[str, ...] = ()
    alert_on: Severity = Severity.WARNING
    webhook: str = ""
    webhook_secret: str = ""
    template: str = ""
    dashboard: str = ""
    gather: Span = 5.0
    cool_down: Span = 300.0
    quiet: tuple[str, ...] = ()
    unreachable_after: Annotated[int, msgspec.Meta(ge=1)] = 3
    on_change: tuple[str, ...] = ()
    hook_timeout: Limit = 600.0
    keep: Annotated[int, msgspec.Meta(ge=0)] = 90
