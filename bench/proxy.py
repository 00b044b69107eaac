"""A port of this machine that leads to a server's socket, for tools that know only addresses."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator

import psycopg


@contextlib.contextmanager
def over_tcp(dsn: str) -> Iterator[str]:
    """The URL, without its database, under which the server of this connection string is reached meanwhile."""
    given = psycopg.conninfo.conninfo_to_dict(dsn)
    path = f"{given['host']}/.s.PGSQL.{given.get('port', 5432)}"

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.socket(socket.AF_UNIX) as server:
                server.connect(path)
                back = threading.Thread(target=_pump, args=(server, self.request), daemon=True)
                back.start()
                _pump(self.request, server)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"postgresql://{given['user']}:none@127.0.0.1:{listening.server_address[1]}"
        listening.shutdown()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
