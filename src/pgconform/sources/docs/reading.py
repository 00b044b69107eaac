"""Stage one over all documents: only those in which a known name stands are parsed, and none twice."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from pgconform.sources.docs.diagrams import LANGUAGES
from pgconform.sources.docs.facts import LARGEST, Block, DocFacts, Fence
from pgconform.sources.docs.markdown import read_markdown
from pgconform.support.caches import cache_home, read_cached, write_cached
from pgconform.support.digests import digest_of
from pgconform.support.patterns import deferred

_MARKS = deferred(rb"^[ \t>]*\|?.*\|[ \t]*$|```|~~~|`[A-Za-z_]|^[ \t]*[-*+] |\b(?:RLS|[Rr]ow.[Ll]evel)", re.MULTILINE)
_MAKERS = ("facts.py", "markdown.py", "vocabulary.py")
_DECODER = msgspec.msgpack.Decoder(dict[bytes, DocFacts])


def read_facts(
    root: Path,
    uris: Iterable[str],
    names: frozenset[str],
    *,
    cached: bool = True,
    overlay: Mapping[str, bytes] | None = None,
) -> Iterator[tuple[str, DocFacts]]:
    """The facts of each document that may speak of one of these names; a text of ``overlay`` outweighs the disk's."""
    unsaved = overlay or {}
    place = cache_home() / "documents" / digest_of(os.fsencode(root.resolve())).hex()
    known = _load(place) if cached else {}
    found: dict[bytes, DocFacts] = {}
    for uri in uris:
        source = unsaved[uri] if uri in unsaved else _source(root / uri)
        language = LANGUAGES.get(PurePosixPath(uri).suffix.lower())
        if source is None or not may_speak(source, names, marked=language is None):
            continue
        if language is not None:
            yield uri, DocFacts(fences=(Fence(Block(), language, source.decode("utf-8-sig", "replace"), 1),))
            continue
        if len(source) > LARGEST:
            yield uri, DocFacts(size=len(source))
            continue
        digest = digest_of(source)
        found[digest] = known.get(digest) or read_markdown(source.decode("utf-8-sig", "replace"))
        yield uri, found[digest]
    if cached and found.keys() != known.keys():
        write_cached(place, _header() + msgspec.msgpack.encode(found))


def may_speak(source: bytes, names: frozenset[str], *, marked: bool = True) -> bool:
    """A known name stands in the text, and a table, list, fence or code span; else nothing in it is ever judged.

    A file that is one diagram needs no such marks: ``marked`` False.
    """
    if not names or (marked and not _MARKS.search(source)):
        return False
    words = set(re.findall(rb"\w+", source))
    lowered = {word.lower() for word in words} | words
    return any(name.encode() in lowered for name in names) or any(b" " in name.encode() for name in names)


def _source(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _load(place: Path) -> dict[bytes, DocFacts]:
    content = read_cached(place, _header())
    if content is None:
        return {}
    try:
        return _DECODER.decode(content)
    except msgspec.MsgspecError:
        return {}


def _header() -> bytes:
    """Names the code that made the facts: of any other they are worth nothing."""
    made = digest_of(b"".join((Path(__file__).parent / name).read_bytes() for name in _MAKERS))
    return f"pgconform documents {made.hex()}\n".encode()
