"""Everything of a project that a check reads, in one pass: what it is, and what it says to this tool."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from msgspec.structs import replace

from pgconform.directives import NEEDLE, Suppression, suppressions
from pgconform.project.scoped import Listing
from pgconform.schema import Schema
from pgconform.support.digests import digest_of
from pgconform.support.kept import Kept
from pgconform.support.states import State, settled_before, state_of

if TYPE_CHECKING:
    from pgconform.project.ahead import Ahead

Status: TypeAlias = tuple[int, int] | None


class Inputs(msgspec.Struct, frozen=True):
    """The digest of every file by its path relative to the root ("" of one that cannot be read), and the comments.

    ``beside`` are SQL files among them that may be a part of the truth all the same; None: it is what somebody named.
    ``overlay`` is the text of files that counts instead of the disk's. ``listing`` is what a walk found; None: there
    was none. ``ahead`` looks at the Python files of that listing. ``status`` is the (size, mtime) of each file before
    anybody read it. ``truth`` is a digest of the truth. ``addressed`` are the files that name this tool; None: it is
    not known which.
    """

    digests: tuple[tuple[str, bytes], ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    beside: tuple[str, ...] | None = None
    overlay: dict[str, bytes] = {}
    listing: Listing | None = None
    status: tuple[Status, ...] = ()
    truth: bytes = b""
    ahead: Ahead | None = None
    addressed: frozenset[str] | None = None

    def parts(self) -> Iterator[bytes]:
        """What a digest of all of them is made of."""
        for uri, digest in self.digests:
            yield uri.encode()
            yield digest
        if self.listing:
            yield from (f"{item.at} {item.reason}".encode() for item in self.listing.unread)

    def unchanged(self, root: Path) -> bool:
        """No file of these was touched since it was read."""
        return all(
            _status(state_of(f"{root}/{uri}")) == said for (uri, _), said in zip(self.digests, self.status, strict=True)
        )


def sql_files(truth: Schema) -> frozenset[str]:
    """The SQL files that made a truth, as far as its parts say where they come from."""
    parts: list[Any] = [*truth.types, *truth.functions, *truth.dropped, *truth.unread]
    for relation in truth.relations:
        parts += [relation, *relation.fields, *relation.keys, *relation.links, *relation.checks]
    return frozenset(part.at.uri for part in parts if part.at is not None and part.at.uri.endswith(".sql"))


class _File(msgspec.Struct, frozen=True, array_like=True):
    """What a file was when it was read: its state, its digest, and whether it ``speaks`` to this tool."""

    state: State
    digest: bytes
    speaks: bool


def read_inputs(
    root: Path, uris: Iterable[str], seen: Mapping[str, Status] | None = None, *, cached: bool = False
) -> Inputs:
    """The files of these paths, in their order; a directory or an absent file has an empty digest.

    ``seen`` is the (size, mtime) of those that others may have read already. ``cached``: a file that is as it was when
    its digest was taken, and does not speak to this tool, is not read again.
    """
    place: Kept[dict[str, _File]] = Kept("inputs", root, (), dict[str, _File])
    known = (place.load() if cached else None) or {}
    states, listed, moment = seen or {}, list(uris), settled_before()
    files: list[_File | None] = []
    status: list[Status] = []
    said: list[Suppression] = []
    held: dict[str, _File] = {}
    for uri in listed:
        state = state_of(f"{root}/{uri}")
        status.append(states[uri] if uri in states else _status(state))
        file = known.get(uri)
        if state is None:
            file = None
        elif file is None or file.state != state or file.speaks:
            file = _read(root, uri, state, said)
        if file and file.state.before(moment):
            held[uri] = file
        files.append(file)
    if cached and held != known:
        place.save(held)
    both = list(zip(listed, files, strict=True))
    digests = tuple((uri, file.digest if file else b"") for uri, file in both)
    addressed = frozenset(uri for uri, file in both if file and file.speaks)
    return Inputs(digests, tuple(said), status=tuple(status), addressed=addressed)


def _read(root: Path, uri: str, state: State, said: list[Suppression]) -> _File | None:
    """The file as it is read now, what it says to this tool being added to ``said``; None where it cannot be read."""
    try:
        with open(f"{root}/{uri}", "rb") as file:  # noqa: PTH123  thousands of files, and Path takes its time
            content = file.read()
    except OSError:
        return None
    speaks = NEEDLE in content
    if speaks:
        said.extend(_suppressions(content, uri))
    return _File(state, digest_of(content), speaks)


def with_texts(saved: Inputs, overlay: Mapping[str, bytes]) -> Inputs:
    """The same files, of which these texts count instead of what was read."""
    new = {uri: overlay[uri] for uri, _ in saved.digests if uri in overlay}
    told = [one for one in saved.suppressions if one.at.uri not in new]
    speaking = {uri for uri, content in new.items() if NEEDLE in content}
    told += [one for uri in speaking for one in _suppressions(new[uri], uri)]
    return replace(
        saved,
        digests=tuple((uri, digest_of(new[uri]) if uri in new else known) for uri, known in saved.digests),
        suppressions=tuple(sorted(told, key=lambda one: one.at)),
        overlay=dict(overlay),
        addressed=None if saved.addressed is None else saved.addressed.difference(new) | speaking,
    )


def _suppressions(content: bytes, uri: str) -> Iterator[Suppression]:
    return suppressions(content.decode("utf-8", "replace"), uri)


def _status(state: State | None) -> Status:
    return state and (state.size, state.written)
