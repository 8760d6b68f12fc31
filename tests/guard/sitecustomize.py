"""Keep every Python process of a test run on this machine.

Python imports a module of this name by itself at start-up when its folder is on
PYTHONPATH. `make test` puts it there, so notebook kernels are watched as well.
What goes through Python's `socket` module to anywhere but loopback is refused, and
written down in the file that UNROLLED_GUARD_LOG names: a refusal that some library
swallows still fails the run (see tests/conftest.py). What C code sends by itself is
not seen, nor the look-up inside `connect` where it is given a name.
"""

import ipaddress
import os
import socket
import sys

# Audit event -> which of its arguments is the host, or the address that starts with it.
WATCHED = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}


def is_loopback(host: object) -> bool:
    """Say whether a host, by name or number, is this machine's loopback."""
    if host is None:
        return True  # a look-up without a host asks nobody
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if text in ("", "localhost"):
        return True
    try:
        number = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return False
    return (getattr(number, "ipv4_mapped", None) or number).is_loopback


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse what would leave the machine (Python calls this for each audit event)."""
    if event not in WATCHED:
        return
    if isinstance(arguments[0], socket.socket):
        if arguments[0].family not in (socket.AF_INET, socket.AF_INET6):
            return  # a Unix socket and its like cannot leave
        if arguments[1] is None:
            return  # sendmsg on a connected socket: its connect was watched
    target = arguments[WATCHED[event]]
    host = target[0] if isinstance(target, tuple) else target
    if is_loopback(host):
        return
    line = f"{event} {host!r} by {' '.join(sys.argv)[:200] or 'python'}"
    log = os.environ.get("UNROLLED_GUARD_LOG")
    if log:
        with open(log, "a", encoding="utf-8") as file:
            file.write(line + "\n")
    raise PermissionError(f"the tests stay offline: {line}")


sys.addaudithook(watch)
