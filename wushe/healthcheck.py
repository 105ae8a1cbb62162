"""``python -m wushe.healthcheck 8001``: is the process on this port of this machine ready? Loads nothing but HTTP."""

import sys
from http.client import HTTPConnection, HTTPException


def ask(port: int) -> None:
    """Ask for readiness; anything but yes ends with exit 1 and the reason on standard error."""
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=4)
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        said = answer.read(200).decode(errors="replace")
    except (OSError, HTTPException) as fault:
        sys.exit(f"{type(fault).__name__}: {fault}")
    if answer.status != 200:
        sys.exit(f"{answer.status} {said}")


if __name__ == "__main__":
    ask(int(sys.argv[1]))
