"""A person is forgotten by running processes, one of them dead at first; dumps, outbox and logs are searched after."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest

from services.needs.domain.identifiers import check_digit
from tests.faults.house import House
from tests.faults.stage import until
from tests.harness import COMMUNITY, TRUST
from wushe import migrate
from wushe.db import uuid7
from wushe.identity import HEADER, Caller, sign
from wushe.postgres import wheel_binaries
from wushe.settings import PORTS

NUMBER = "99999919510203004" + check_digit("99999919510203004")
CANARIES = ("金丝雀一", "13899990001", NUMBER, "金丝雀二巷", "金丝雀三的话", "金丝雀六要更正", "金丝雀八的手艺")
STAFF = Caller(
    subject="worker", client="test", role="community_worker", scope=COMMUNITY, request_id="test", issuer="gateway"
)


def call(house: House, service: str, path: str, body: Any = None, *, version: int = 0, **who: Any) -> Any:
    """One request with the identity header the gateway would send."""
    caller = Caller(**{**{name: getattr(STAFF, name) for name in Caller.__slots__}, **who})
    headers = {HEADER: sign(caller, issuer=caller.issuer, audience=service, trust=TRUST)}
    headers |= {"if-match": f'"v{version}"'} if version else {}
    url = house.url(service) + path
    if body is None:
        answer = house.http.get(url, headers=headers)
    else:
        answer = house.http.post(url, headers={**headers, "idempotency-key": str(uuid7())}, json=body)
    assert answer.status_code < 300, answer.text
    return answer.json()


def dump(house: House, database: str) -> str:
    """All of a database as text, by the server's own program."""
    command = [wheel_binaries() / "pg_dump", "--no-owner", "--dbname", house.postgres.url(database)]
    return subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout


def planted(house: House) -> dict[str, Any]:
    """A resident whom needs, resources and the gateway know, with words of theirs in each."""
    name, phone, number, address, statement, correction, skill = CANARIES
    who = {"name": name, "phone": phone, "id_number": number, "address": address}
    known = call(house, "needs", "/v1/residents", {"division": COMMUNITY, "age_band": "60-79", "identity": who})
    asked = {"statement": statement, "division": COMMUNITY, "channel": "hotline", "input": "worker_notes"}
    asked |= {"consent_version": "1", "resident_id": known["id"]}
    need = call(house, "needs", "/v1/needs", asked)
    sorted_ = {"field": "elderly", "target_group": "elderly", "urgency": "normal"}
    call(house, "needs", f"/v1/needs/{need['id']}/triage", sorted_, version=1)
    wrong = {"person_id": known["person_id"], "text": correction}
    call(house, "needs", "/internal/corrections", wrong, role="service")
    helper = {"division": COMMUNITY, "skills": [skill], "availability": ["weekend"], "person_id": known["person_id"]}
    call(house, "resources", "/v1/volunteers", helper)
    message = "select count(*) from inbox_messages"
    until(lambda: house.ask("gateway", message) != [(0,)], "the notice to reach the inbox", seconds=60)
    return known


@pytest.mark.long
def test_running_processes_forget_a_person_even_one_that_was_dead(house: House, tell: Callable[[str], None]) -> None:
    house.postgres.start()
    house.provision()
    house.migrate()
    for kind in ("serve", "work"):
        for name in PORTS:
            house.start(kind, name)
    house.await_ready()
    known = planted(house)
    before = {name: dump(house, name) for name in migrate.DATABASES}
    clear = [word for word in CANARIES if any(word in text for text in before.values())]
    assert clear == list(CANARIES[4:]), "identities lie sealed, the rest in clear"

    for kind in ("serve", "work"):
        house.running[kind, "projects"].send_signal(signal.SIGKILL)
        house.running.pop((kind, "projects")).wait()
    began = time.monotonic()
    erase = f"/v1/residents/{known['id']}/erase"
    erasure = call(house, "needs", erase, {"reason": "本人当面申请"}, version=known["version"])

    def receipts() -> dict[str, Any]:
        found: dict[str, Any] = call(house, "needs", f"/v1/erasures/{erasure['id']}")
        return found

    others = {"needs", "resources", "evaluation", "gateway"}
    until(
        lambda: {name for name, each in receipts()["receipts"].items() if each} == others, "four receipts", seconds=60
    )
    assert (receipts()["state"], receipts()["receipts"]["projects"]) == ("open", None)
    tell(f"four receipts after {time.monotonic() - began:.1f} s, projects dead")
    began = time.monotonic()
    house.start("serve", "projects")
    house.start("work", "projects")
    until(lambda: receipts()["state"] == "completed", "the fifth receipt", seconds=300)
    tell(f"complete {time.monotonic() - began:.1f} s after projects was started again")

    for name in migrate.DATABASES:
        text = dump(house, name)
        assert len(text) > 4_000
        assert [word for word in CANARIES if word in text] == [], name
    for log in house.folder.glob("*.log"):
        assert [word for word in CANARIES if word in log.read_text()] == [], log.name
    assert house.end(*house.running) == [0] * 10
