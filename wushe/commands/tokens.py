"""Development tokens, signed with the key the development gateway verifies with."""

import asyncio
import os
import re
from importlib import import_module
from pathlib import Path
from uuid import UUID

from wushe import http
from wushe.commands.children import HOME
from wushe.commands.faults import CommandRefused
from wushe.commands.stack import running
from wushe.errors import Refusal
from wushe.identity import WHOLE, Caller, Trust
from wushe.settings import DEVELOPMENT_ROOT, PORTS

GRANT = re.compile(r"([a-z_]{2,40})@([0-9]{12})")
ISSUER = "gateway.identity:development_token"


def issue(grant: str, *, person: str | None = None, org: str | None = None, folder: Path = HOME / "var") -> str:
    """A token for one role over one division, possibly for one person; only in the development profile."""
    if os.environ.get("WUSHE_PROFILE", "development") != "development":
        raise CommandRefused("仅限开发环境", "tokens are printed in the development profile only")
    found = GRANT.fullmatch(grant)
    if not found:
        raise CommandRefused("格式应为 角色@12位区划", "write ROLE@DIVISION, such as resident@350502001001")
    module, name = ISSUER.split(":")
    sign = getattr(import_module(module), name)
    made: str = sign(role=found[1], scope=found[2], person_id=_person(person, folder), org=_identifier(org, "org"))
    return made


def _person(person: str | None, folder: Path) -> UUID | None:
    if person is None:
        return None
    if re.fullmatch(r"[0-9a-fA-F-]{32,36}", person):
        return _identifier(person, "person")
    return asyncio.run(_find(person, folder))


def _identifier(text: str | None, name: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as fault:
        raise CommandRefused(f"--{name} 不是 UUID", f"--{name} must be a UUID, not {text!r}") from fault


async def _find(external: str, folder: Path) -> UUID:
    """Ask needs, as the gateway would, whose key this is."""
    address = running(folder).get("services", {}).get("needs") or f"http://127.0.0.1:{PORTS['needs']}"
    root = os.environ.get("WUSHE_DEVELOPMENT_ROOT") or DEVELOPMENT_ROOT
    transport = http.new_transport()
    siblings = http.Siblings(
        transport, name="gateway", peers={"needs": address}, trust=Trust(root=root, folder=None), deadline=5
    )
    caller = Caller(subject="command", client="command", scope=WHOLE, request_id="command")
    try:
        found = await siblings.acting(caller, "command").get("needs", "/internal/persons", external=external)
        return UUID(found["person_id"])
    except Refusal as refusal:
        said = {"NOT_FOUND": "nobody has this external id; load the sample district first"}
        why = said.get(refusal.code, f"needs does not answer at {address}; start it with: python -m wushe up")
        raise CommandRefused(f"找不到 {external}", why) from refusal
    finally:
        await transport.aclose()
