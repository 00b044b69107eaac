"""One project in the editor: judged again when something in it changed, and its findings published file by file."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import msgspec

from pgconform.lsp.asking import Asking
from pgconform.lsp.values import Answer, Changed, Fault, Judged, Question, Shown

PAUSE = 0.05
"""Seconds without a change after which is judged."""
_LONGEST = 0.4
"""Seconds after which is judged all the same."""
_LONG = 0.8
"""Seconds of judging after which the editor shows that it goes on."""
_AGAIN = 20.0
"""Seconds after which a truth that could not be reached is asked for again."""


class Document(msgspec.Struct, frozen=True):
    """A text that the editor has open: the editor's name of it, and which of its texts this is."""

    uri: str
    version: int
    text: str


class Editor(Protocol):
    """Who shows what was found."""

    def documents(self, folder: Folder) -> Mapping[str, Document]:
        """The open documents of a project by their paths."""

    def owns(self, folder: Folder, path: str) -> bool:
        """What is found in the file is this project's to say, and no other's within it."""

    def publish(self, path: str, shown: tuple[Shown, ...], version: int | None) -> None:
        """Shows all that was found in a file; ``version`` is that of its text, where it is open."""

    def tell(self, fault: Fault) -> None:
        """Says why nothing could be judged."""

    def log(self, line: str) -> None:
        """Notes something for whoever looks for it."""

    def busy(self, what: str) -> AbstractAsyncContextManager[None]:
        """Inside, it shows what goes on."""


class Folder:
    """The project that the directory ``start`` is of, below ``root``.

    ``judged`` is the last answer, ``versions`` those of the open texts it is of. What was found before a text changed
    is never published for the text it is now.
    """

    def __init__(self, start: Path, root: Path, editor: Editor) -> None:
        self.start = start
        self.root = root
        self.judged: Judged | None = None
        self.versions: dict[str, int] = {}
        self._editor = editor
        self._asking = Asking()
        self._published: dict[str, tuple[tuple[Shown, ...], int | None]] = {}
        self._wanted = asyncio.Event()
        self._settled = asyncio.Event()
        self._anew = False
        self._changed = 0.0
        self._said = ""
        self._working = asyncio.ensure_future(self._work())

    def touch(self, *, anew: bool) -> None:
        """Something changed: an open text, or, ``anew``, files on the disk."""
        self._anew = self._anew or anew
        self._changed = asyncio.get_running_loop().time()
        self._settled.clear()
        self._wanted.set()

    async def settled(self, seconds: float) -> bool:
        """All changes so far were judged, or are within this time."""
        with contextlib.suppress(asyncio.TimeoutError, TimeoutError):
            await asyncio.wait_for(self._settled.wait(), seconds)
        return self._settled.is_set()

    def shown(self, path: str) -> tuple[Shown, ...]:
        return self.judged.files.get(path, ()) if self.judged else ()

    def mended(self) -> tuple[Changed, ...]:
        return self.judged.mended if self.judged else ()

    async def close(self) -> None:
        """Takes away what was published, and ends the process."""
        self._working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._working
        self._withdraw()
        await self._asking.stop()

    async def _work(self) -> None:
        while True:
            await self._wanted.wait()
            await self._pause()
            self._wanted.clear()
            anew, self._anew = self._anew, False
            documents = dict(self._editor.documents(self))
            question = Question(str(self.start), {path: one.text for path, one in documents.items()}, anew)
            self._answered(await self._asked(question), documents)
            if not self._wanted.is_set():
                self._settled.set()

    async def _asked(self, question: Question) -> Answer:
        """The answer; where that takes long, the editor says what it waits for."""
        asking = asyncio.ensure_future(self._asking.ask(question))
        try:
            if not (await asyncio.wait({asking}, timeout=_LONG))[0]:
                async with self._editor.busy(f"judging {self.root.name}"):
                    await asking
            return await asking
        finally:
            asking.cancel()

    async def _pause(self) -> None:
        """Waits for a moment in which nothing changes, but not for long."""
        loop = asyncio.get_running_loop()
        first = loop.time()
        while (now := loop.time()) < min(self._changed + PAUSE, first + _LONGEST):
            await asyncio.sleep(min(self._changed + PAUSE, first + _LONGEST) - now)

    def _answered(self, answer: Answer, documents: Mapping[str, Document]) -> None:
        if isinstance(answer, Fault):
            self._failed(answer)
            return
        self._said = ""
        self.judged = answer
        self.versions = {path: one.version for path, one in documents.items()}
        now = self._editor.documents(self)
        for path in sorted({*self._published, *answer.files, *documents}):
            shown = answer.files.get(path, ()) if self._editor.owns(self, path) else ()
            if path in now and (path not in documents or now[path].version != documents[path].version):
                continue
            self._publish(path, shown, documents[path].version if path in documents else None)
        placeless = "".join(f"\n  {line}" for line in answer.placeless)
        self._editor.log(
            f"{self.root}: judged {answer.sites} places against {answer.truth};"
            f" {answer.unjudged} could not be judged  (pgconform check --show-unjudged){placeless}"
        )

    def _publish(self, path: str, shown: tuple[Shown, ...], version: int | None) -> None:
        if self._published.get(path, ((), None)) == (shown, version):
            return
        self._editor.publish(path, shown, version)
        if shown or version is not None:
            self._published[path] = (shown, version)
        else:
            self._published.pop(path, None)

    def _failed(self, fault: Fault) -> None:
        """Says so once, and shows nothing that nobody can vouch for now."""
        self.judged = None
        self._withdraw()
        if str(fault) != self._said:
            self._said = str(fault)
            self._editor.tell(fault)
        if not fault.quiet:
            asyncio.get_running_loop().call_later(_AGAIN, self._retry)

    def _retry(self) -> None:
        if self._said and not self._working.done():
            self.touch(anew=True)

    def _withdraw(self) -> None:
        for path, (shown, version) in self._published.items():
            if shown:
                self._editor.publish(path, (), version)
        self._published.clear()
