"""Becomes a server that cannot outlive its parent, in a fork of that, or run as a script, by path; what of the standard
library is imported quickly is all it needs.

Arguments: how ("setuid", "map" or "try-map"), the parent's process id, the user id to become, who ends the command when
the parent is gone, then the command. Where the kernel does not end orphans (macOS), this process stays and ends the
server when its own input closes ("watch"); a program that soon ends by itself is left alone there ("itself").
"""

import ctypes
import os
import resource
import sys

NEW_IPC, NEW_USER, NEW_NET = 0x08000000, 0x10000000, 0x40000000
SET_PARENT_DEATH_SIGNAL, SET_NO_NEW_PRIVILEGES = 1, 38
NOBODY = 65534
QUIT = 3  # on every system; `signal` takes a third of our time to import
ADDRESS_SPACE = 8 << 30


def unshare(flags: int) -> bool:
    """Whether the kernel lets us."""
    return bool(ctypes.CDLL(None).unshare(flags) == 0)


def write(path: str, text: str) -> None:
    handle = os.open(path, os.O_WRONLY)
    try:
        os.write(handle, text.encode())
    finally:
        os.close(handle)


def map_user() -> None:
    """Enter a user namespace, and an empty network, as an unprivileged user; files keep their owner outside."""
    user, group = os.geteuid(), os.getegid()
    if not unshare(NEW_USER | NEW_NET | NEW_IPC):
        raise PermissionError
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"{NOBODY} {user} 1")
    write("/proc/self/gid_map", f"{NOBODY} {group} 1")


def can_map() -> bool:
    """Whether `map_user` works here, found out in a process that ends."""
    pid = os.fork()
    if pid == 0:
        try:
            map_user()
        finally:
            os._exit(sys.exc_info()[0] is not None)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def become(user: int) -> None:
    """Give up root for good, and the network where the kernel lets us."""
    if sys.platform == "linux":
        unshare(NEW_NET | NEW_IPC)
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        room = ADDRESS_SPACE if most == resource.RLIM_INFINITY else min(most, ADDRESS_SPACE)
        resource.setrlimit(resource.RLIMIT_AS, (room, most))


def end_with(parent: int) -> None:
    """The kernel sends SIGQUIT, Postgres' immediate shutdown, when the parent is gone."""
    control = ctypes.CDLL(None).prctl
    control(SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    control(SET_PARENT_DEATH_SIGNAL, QUIT, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def watch(command: list[str]) -> int:
    """Run the command until it ends, or until our input closes; hand it the signals that end it.

    They wait until there is someone to hand them to, and a thread of their own takes them: one that came while we began
    to wait for the command would be heard only afterwards. What runs in a shell's background ignores some of them.
    """
    import signal
    import subprocess
    import threading

    ending = {signal.SIGINT, signal.SIGTERM, signal.SIGQUIT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    for number in ending:
        signal.signal(number, signal.SIG_DFL)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, ending),  # noqa: PLW1509  no thread runs yet
    ) as server:

        def until_closed() -> None:
            while os.read(0, 1):
                pass
            server.send_signal(signal.SIGQUIT)

        def hand_on() -> None:
            while True:
                asked = signal.sigwait(ending)
                server.send_signal(signal.SIGINT if asked == signal.SIGINT else signal.SIGQUIT)

        for task in (until_closed, hand_on):
            threading.Thread(target=task, daemon=True).start()
        return server.wait()


def confine(how: str, user: int) -> None:
    if how == "setuid":
        become(user)
    elif how == "map" and not can_map():
        sys.exit("root can become no other user here, and Postgres does not run as root")
    elif how == "map" or (how == "try-map" and can_map()):
        map_user()
    limit()


def main(how: str, parent: str, user: str, ending: str, *command: str) -> None:
    watched = ending == "watch"
    if watched:
        import subprocess  # noqa: F401  whom we become may not be able to read it
    confine(how, int(user))
    if watched:
        sys.exit(watch(list(command)))
    if ending == "kernel":
        end_with(int(parent))
    os.execv(command[0], command)  # noqa: S606  there is no shell: the list is the command


if __name__ == "__main__":
    main(*sys.argv[1:])
