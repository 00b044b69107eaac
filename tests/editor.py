"""An editor: starts the language server as a program, and talks to it as the protocol says."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]
PATIENCE = 60.0
CAPABLE: Json = {
    "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}, "workspaceFolders": True},
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "versionSupport": True},
        "hover": {"contentFormat": ["markdown"]},
    },
    "window": {"workDoneProgress": True},
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
}


class Editor:
    """One editor with folders open. ``diagnostics`` are the last of each file, ``said`` the messages it would show."""

    def __init__(self, *folders: Path, env: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pgconform", "lsp", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=folders[0],
            env={**os.environ, **(env or {})},
        )
        self.diagnostics: dict[str, Json] = {}
        self.said: list[str] = []
        self.logged: list[str] = []
        self.registered: list[Json] = []
        self.progress: list[Json] = []
        self.published: list[tuple[float, Json]] = []
        self.versions: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self._messages: queue.Queue[Json | None] = queue.Queue()
        self._answers: dict[int, Json] = {}
        self._asked = 0
        threading.Thread(target=self._listen, daemon=True).start()
        named = [{"uri": folder.as_uri(), "name": folder.name} for folder in folders]
        self.server = self.ask(
            "initialize",
            {"processId": os.getpid(), "rootUri": None, "workspaceFolders": named, "capabilities": CAPABLE},
        )["result"]
        self.tell("initialized", {})

    def tell(self, method: str, params: Json) -> None:
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: Json | None) -> Json:
        """The whole answer to a request."""
        number = self.begin(method, params)
        self.until(lambda: number in self._answers)
        return self._answers.pop(number)

    def begin(self, method: str, params: Json | None) -> int:
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        return self._asked

    def open(self, file: Path, text: str | None = None) -> None:
        said = file.read_text() if text is None else text
        uri = file.as_uri()
        self.versions[uri], self.texts[uri] = 1, said
        language = {"py": "python", "md": "markdown"}.get(file.suffix[1:], file.suffix[1:])
        document = {"uri": uri, "languageId": language, "version": 1, "text": said}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def change(self, file: Path, text: str) -> None:
        uri = file.as_uri()
        self.versions[uri] += 1
        self.texts[uri] = text
        document = {"uri": uri, "version": self.versions[uri]}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def save(self, file: Path) -> None:
        uri = file.as_uri()
        file.write_text(self.texts[uri])
        self.tell("textDocument/didSave", {"textDocument": {"uri": uri}})

    def close(self, file: Path) -> None:
        self.tell("textDocument/didClose", {"textDocument": {"uri": file.as_uri()}})

    def written(self, *files: Path) -> None:
        """Somebody else wrote these files."""
        changes = [{"uri": file.as_uri(), "type": 2} for file in files]
        self.tell("workspace/didChangeWatchedFiles", {"changes": changes})

    def codes(self, file: Path) -> list[str] | None:
        """The rules that find something in a file; None before anything was published of it."""
        said = self.diagnostics.get(file.as_uri())
        return None if said is None else [one["code"] for one in said["diagnostics"]]

    def current(self, file: Path) -> list[str] | None:
        """The same, once they are of the text that the editor has now."""
        said = self.diagnostics.get(file.as_uri())
        return self.codes(file) if said and said.get("version") == self.versions[file.as_uri()] else None

    def shows(self, file: Path, *codes: str) -> None:
        """Waits until just these rules find something in a file, as it is now."""
        now = self.current if file.as_uri() in self.versions else self.codes
        self.until(lambda: now(file) == list(codes), lambda: f"{file.name}: {now(file)}, and not {codes}")

    def actions(self, file: Path, line: int, only: str = "") -> dict[str, Json]:
        """What can be done on a line, by title."""
        at = {"line": line, "character": 0}
        context: Json = {"diagnostics": [], **({"only": [only]} if only else {})}
        asked = {"textDocument": {"uri": file.as_uri()}, "range": {"start": at, "end": at}, "context": context}
        return {one["title"]: one for one in self.ask("textDocument/codeAction", asked)["result"]}

    def apply(self, action: Json) -> None:
        """Applies the edits of an action to open files, as an editor does."""
        for change in action["edit"]["documentChanges"]:
            uri, version = change["textDocument"]["uri"], change["textDocument"]["version"]
            assert version == self.versions[uri], "an edit of another text"
            self.change(Path(uri.removeprefix("file://")), edited(self.texts[uri], change["edits"]))

    def until(self, done: Any, otherwise: Any = lambda: "nothing came") -> None:
        """Takes messages until something is true."""
        end = time.monotonic() + PATIENCE
        while not done():
            left = end - time.monotonic()
            try:
                message = self._messages.get(timeout=max(left, 0.01))
            except queue.Empty:
                raise AssertionError(otherwise()) from None
            assert message is not None, f"the server has ended: {otherwise()}"
            self._take(message)

    def for_a_while(self, seconds: float) -> None:
        """Takes whatever comes within this time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                if (message := self._messages.get(timeout=left)) is not None:
                    self._take(message)

    def stop(self) -> int:
        """Shuts the server down in good order; gives the code it left with."""
        assert self.ask("shutdown", None)["result"] is None
        self._send({"method": "exit"})
        return self.process.wait(PATIENCE)

    def _take(self, message: Json) -> None:
        match message.get("method"):
            case "textDocument/publishDiagnostics":
                self.published.append((time.monotonic(), message["params"]))
                self.diagnostics[message["params"]["uri"]] = message["params"]
            case "window/showMessage":
                self.said.append(message["params"]["message"])
            case "window/logMessage":
                self.logged.append(message["params"]["message"])
            case "client/registerCapability":
                self.registered += message["params"]["registrations"]
                self._send({"id": message["id"], "result": None})
            case "window/workDoneProgress/create":
                self._send({"id": message["id"], "result": None})
            case "$/progress":
                self.progress.append(message["params"]["value"])
            case None:
                self._answers[message["id"]] = message

    def _send(self, message: Json) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _listen(self) -> None:
        assert self.process.stdout
        with contextlib.suppress(ValueError, OSError):
            length = 0
            while line := self.process.stdout.readline():
                if line.startswith(b"Content-Length"):
                    length = int(line.partition(b":")[2])
                if not line.strip():
                    self._messages.put(json.loads(self.process.stdout.read(length)))
        self._messages.put(None)


@contextlib.contextmanager
def editing(*folders: Path, env: dict[str, str] | None = None) -> Iterator[Editor]:
    """An editor that is shut down in the end."""
    editor = Editor(*folders, env=env)
    try:
        yield editor
        assert editor.stop() == 0
    finally:
        if editor.process.poll() is None:
            editor.process.kill()
        editor.process.wait()
        for stream in (editor.process.stdin, editor.process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()


def edited(text: str, edits: list[Json]) -> str:
    """The text after edits whose places count units of UTF-16."""
    data = text.encode("utf-16-le")
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line.encode("utf-16-le")))

    def offset(at: Json) -> int:
        return starts[at["line"]] + 2 * int(at["character"])

    for edit in sorted(edits, key=lambda one: offset(one["range"]["start"]), reverse=True):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        data = data[:start] + edit["newText"].encode("utf-16-le") + data[end:]
    return data.decode("utf-16-le")
