"""Findings: what is wrong, where, what it breaks and what to write instead. Inert data; surfaces only show them."""

from __future__ import annotations

import enum
from typing import TypeAlias

from msgspec.structs import replace

from pgconform.shape import Location, Type, Value
from pgconform.support.digests import hexadecimal

HOME = "https://github.com/pgconform/pgconform"


def guide(name: str) -> str:
    """The address of a page of the documents."""
    return f"{HOME}/blob/main/docs/{name}.md"


def page_of(code: str) -> str:
    """The address of a rule's page."""
    return guide(f"rules/{code}")


class Severity(enum.StrEnum):
    """``error`` fails or corrupts at run time; ``warning`` can, for some value; ``info`` is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        return ("error", "warning", "info").index(self.value)


class Rename(Value, frozen=True, eq=False, tag_field="change", tag="rename", omit_defaults=True):
    """Write ``new`` where ``old`` stands."""

    old: str
    new: str


class Retype(Value, frozen=True, eq=False, tag_field="change", tag="retype", omit_defaults=True):
    """Give the subject this type: the truth's, which the claim's own language spells."""

    type: Type


class Renull(Value, frozen=True, eq=False, tag_field="change", tag="renull", omit_defaults=True):
    """Let the subject be NULL, or not."""

    nullable: bool


class AddField(Value, frozen=True, eq=False, tag_field="change", tag="add", omit_defaults=True):
    """Add this field to the claim; ``type`` and ``nullable`` are the truth's."""

    name: str
    type: Type
    nullable: bool = False


class DropField(Value, frozen=True, eq=False, tag_field="change", tag="drop", omit_defaults=True):
    """Leave this field out of the claim."""

    name: str


class Relabel(Value, frozen=True, eq=False, tag_field="change", tag="relabel", omit_defaults=True):
    """Give the closed set exactly these labels, in this order."""

    labels: tuple[str, ...]


class Rebound(Value, frozen=True, eq=False, tag_field="change", tag="rebound", omit_defaults=True):
    """Set one limit (``max_length``, ``ge`` …) of the subject; None takes it away."""

    limit: str
    value: str | None


class Unignore(Value, frozen=True, eq=False, tag_field="change", tag="unignore", omit_defaults=True):
    """Take these rules out of the comment that asks to ignore them, and the comment away when it names no other."""

    rules: tuple[str, ...] = ()


Change: TypeAlias = Rename | Retype | Renull | AddField | DropField | Relabel | Rebound | Unignore


class Finding(Value, frozen=True, eq=False, omit_defaults=True):
    """One discrepancy between a claim and the truth.

    A rule says the severity, the message and what helps; `check` adds whatever it left empty of ``code``, ``name``,
    ``subject``, ``relation``, ``source``, ``holder`` and the places, from the rule and the pair it looked at.
    ``subject`` is the truth's own name of what is concerned (``documents.status``), ``relation`` the qualified name of
    its relation (``public.documents``) where there is one. ``message`` is one line and stands alone; ``consequence``
    says what will happen and what the server answers; ``witness`` is a value that proves it.
    ``safe``: applying ``change`` cannot alter what the program means. ``fixable``: the change can be written into the
    file. ``holder`` is who makes the claim, ``source`` its kind (``model``, ``query``, ``document`` …).
    """

    severity: Severity
    message: str
    consequence: str = ""
    help: str = ""
    witness: str = ""
    change: Change | None = None
    safe: bool = False
    fixable: bool = False
    code: str = ""
    name: str = ""
    subject: str = ""
    relation: str = ""
    source: str = ""
    holder: str = ""
    truth_at: Location | None = None
    at: Location | None = None

    @property
    def fingerprint(self) -> str:
        """A digest that survives moved lines: code, file, subject, holder and message."""
        said = (self.code, self.at.uri if self.at else "", self.subject, self.holder, self.message)
        return hexadecimal("\x1f".join(said).encode())[:16]

    def noted(self, said: str) -> Finding:
        """The finding as a note: with what speaks against it in place of a remedy."""
        return replace(self, severity=Severity.INFO, help=said, change=None)

    def order(self) -> tuple[Location | int | str, ...]:
        said = (self.code, self.subject, self.message, self.holder, self.source, self.consequence)
        return (self.at or Location(""), *said, self.severity.rank)
