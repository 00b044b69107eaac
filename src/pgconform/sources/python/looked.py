"""What the Python files of a project come to, whatever the truth is: a value, so that another process may find it."""

from __future__ import annotations

import msgspec

from pgconform.caching import CacheUse
from pgconform.schema import Schema, Transport, Unread
from pgconform.shape import Location
from pgconform.sources.python.caches.models import Mark
from pgconform.sources.python.files.files import PythonFile
from pgconform.sources.python.models.evidence import Evidence
from pgconform.sources.python.models.model import Model
from pgconform.sources.python.passes.outcome import MadeSeen


class Reading(msgspec.Struct, frozen=True):
    """How files are read: ``cached`` from what is kept of them; ``overlay`` is the text of some instead of the disk's.

    ``files`` are those of the project, of Python and SQL, where somebody has found them already; else those are found
    that are not among the ``excluded`` ones.
    """

    cached: bool = True
    overlay: dict[str, bytes] = {}
    files: tuple[PythonFile, ...] | None = None
    excluded: tuple[str, ...] = ()


class Looked(msgspec.Struct, frozen=True, array_like=True):
    """The classes, requests, statements and uses of Redis of a project.

    ``proofs`` are what the requests show of its classes, ``made`` the objects that are made of rows, ``marks`` what
    marks classes as what keys hold. ``unknown`` are calls of Redis of which the key is not known, ``unread`` files that
    do not parse or decode; ``transport`` is the wire that most of the others speak of. ``creator`` is a file, of no
    test, that makes the tables of the program's classes; ``recoded``: a driver is told in which form to give values.
    ``making`` are the texts that make or alter something, whoever runs them.
    """

    models: tuple[Model, ...] = ()
    proofs: tuple[Evidence, ...] = ()
    made: tuple[MadeSeen, ...] = ()
    queries: Schema = Schema()
    statements: Schema = Schema()
    uses: tuple[CacheUse, ...] = ()
    unknown: tuple[Unread, ...] = ()
    marks: tuple[Mark, ...] = ()
    transport: Transport = Transport.SQL
    unread: tuple[Unread, ...] = ()
    creator: str = ""
    recoded: bool = False
    making: tuple[tuple[str, Location], ...] = ()
