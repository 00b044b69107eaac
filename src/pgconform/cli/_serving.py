"""What ``pgconform serve`` does once its command line was understood."""

from __future__ import annotations

import contextlib
import os
import socket

from pgconform.cli._screen import put
from pgconform.config import Project
from pgconform.dashboard.access import access
from pgconform.dashboard.app import build
from pgconform.errors import Problem
from pgconform.monitor.store.opening import open_history
from pgconform.monitor.watched import settings
from pgconform.project.api import searched
from pgconform.support.environment import variable
from pgconform.targets import Target


def served(project: Project, host: str, port: int, *, proxied: bool) -> int:
    """Serves until it is stopped."""
    allowed = access(host, variable("PGCONFORM_DASHBOARD_TOKEN", project.root) or "", proxied=proxied)
    engine = open_history(project)
    try:
        app = build(engine, allowed, searched(project), _patience(project))
        with contextlib.closing(_bound(host, port)) as listener:
            import uvicorn

            config = uvicorn.Config(
                app, log_level="warning", access_log=False, server_header=False, proxy_headers=proxied
            )
            shown = f"[{host}]" if ":" in host else host
            put(f"http://{shown}:{listener.getsockname()[1]}/\n")
            uvicorn.Server(config).run(sockets=[listener])
    finally:
        engine.dispose()
    return 0


def _patience(project: Project) -> float:
    """Three intervals of the slowest target, and ten minutes at least."""
    config = settings(project)
    intervals = (target.interval or 0.0 for target in config.targets.values() if isinstance(target, Target))
    return max(3 * max([config.interval, *intervals]), 600.0)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
        listener.listen(128)
    except OSError as failure:
        listener.close()
        reason = failure.strerror or os.strerror(failure.errno or 0)
        raise Problem(f"cannot listen on {host}:{port}: {reason.lower()}", "name another with --port") from failure
    return listener
