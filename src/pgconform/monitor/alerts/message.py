"""An alert as data: what a webhook is sent, and what all other channels word."""

from __future__ import annotations

import msgspec

VERSION = 1
SHOWN = 20


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """A finding, as far as an alert tells of it."""

    code: str
    severity: str
    message: str
    place: str = ""
    help: str = ""
    subject: str = ""


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happened to one target. Lists hold at most 20; the totals count all.

    ``state`` is "up" or "down"; ``problem`` and ``help`` say why it is down, ``fault`` why it could not be judged.
    ``role``, ``application``, ``command`` and ``migration`` are of the change, where the database tells.
    ``passing`` counts findings that came and went since the last alert; ``hooks`` are those that failed.
    """

    target: str
    state: str = "up"
    problem: str = ""
    help: str = ""
    recovered: bool = False
    fault: str = ""
    judged_again: bool = False
    role: str = ""
    application: str = ""
    command: str = ""
    migration: str = ""
    changes: tuple[str, ...] = ()
    changes_total: int = 0
    opened: tuple[Told, ...] = ()
    opened_total: int = 0
    opened_errors: int = 0
    closed: tuple[Told, ...] = ()
    closed_total: int = 0
    passing: int = 0
    hooks: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing that a person would have to hear of is left."""
        news = (
            self.problem,
            self.recovered,
            self.fault,
            self.judged_again,
            self.opened_total,
            self.closed_total,
            self.hooks,
        )
        return not any(news)


class Alert(msgspec.Struct, frozen=True):
    """All that is told at once; an ``id`` is the same alert, however often it arrives. ``at`` is UTC, ISO 8601.

    ``url`` leads to the dashboard, where the settings name one.
    """

    id: str
    at: str
    title: str
    sections: tuple[Section, ...]
    version: int = VERSION
    url: str = ""

    @property
    def grave(self) -> bool:
        return any(section.opened_errors or section.problem for section in self.sections)
