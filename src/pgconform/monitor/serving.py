"""``/metrics`` and ``/healthz`` of a running monitor, by the standard library's server."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from pgconform.errors import Problem
from pgconform.monitor.metrics import CONTENT_TYPE, metrics

if TYPE_CHECKING:
    from sqlalchemy import Engine

HERE = "127.0.0.1"


def place(text: str) -> tuple[str, int]:
    """``9187`` or ``0.0.0.0:9187`` as host and port. Raises `Problem` for what is neither."""
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise Problem(f"{text} is no port", "it reads  --metrics 9187  or  --metrics 0.0.0.0:9187")
    return host.strip("[]") or HERE, int(port)


@contextlib.contextmanager
def serving(engine: Engine, where: tuple[str, int], beats: Callable[[], bool]) -> Iterator[int]:
    """Serves for as long as the block lasts; gives the port. ``beats`` says whether the monitor is alive."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._say(200, CONTENT_TYPE, metrics(engine))
            elif self.path == "/healthz":
                alive = beats()
                self._say(
                    200 if alive else 503, "application/json", b'{"status":"ok"}' if alive else b'{"status":"stuck"}'
                )
            else:
                self._say(404, "text/plain", b"there are /metrics and /healthz\n")

        def _say(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    try:
        server = ThreadingHTTPServer(where, Handler)
    except OSError as failure:
        reason = (failure.strerror or str(failure)).lower()
        raise Problem(f"cannot listen on {where[0]}:{where[1]}: {reason}", "name another with --metrics") from failure
    threading.Thread(target=server.serve_forever, name="pgconform-metrics", daemon=True).start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
