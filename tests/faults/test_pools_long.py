"""Five connections for two hundred callers who all need a sibling: nobody holds one while the sibling is waited for."""

import asyncio
import json
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.errands import directly_at
from tests.faults.house import House
from tests.faults.load import Request, Tally, crowd
from tests.faults.stage import until
from tests.harness import COMMUNITY

pytestmark = pytest.mark.long
VOLUNTEER = {"division": COMMUNITY, "skills": ["书法"], "availability": ["weekend"], "synthetic": True}
VOLUNTEERS, PROVIDERS = "/v1/volunteers", "/v1/providers"


def test_a_frozen_sibling_holds_no_connection_of_its_callers(house: House, tell: Callable[[str], None]) -> None:
    house.postgres.start()
    house.provision()
    house.migrate()
    for name in ("needs", "resources"):
        house.start("serve", name, POOL_SIZE="5", POOL_TIMEOUT="1")
    house.await_ready("needs", "resources")
    looking, _ = directly_at("resources")

    def registering() -> Request:
        """A volunteer nobody knows yet: needs is asked for a person."""
        return Request("POST", VOLUNTEERS, looking().headers, json.dumps(VOLUNTEER).encode())

    port, needs = house.ports["resources"], house.running["serve", "needs"]
    with ThreadPoolExecutor() as threads:
        needs.send_signal(signal.SIGSTOP)
        frozen, beside = Tally(), Tally()
        waiting = threads.submit(asyncio.run, crowd(port, registering, frozen, callers=200))
        until(lambda: frozen.sent == 200, "everybody to ask")
        asyncio.run(crowd(port, looking, beside, callers=50))
        held = frozen.answered
        waiting.result()
        needs.send_signal(signal.SIGCONT)
        tell(f"needs frozen: {frozen}; meanwhile, {held} of them answered: {beside}")
        assert beside.statuses == {(PROVIDERS, 200): 50}
        assert held < 200
        assert frozen.statuses.keys() == {(VOLUNTEERS, 503)}
        until(lambda: house.http.get(f"{house.url('needs')}/health/ready").is_success, "needs to thaw")
        until(lambda: all_registered(port, registering), "everybody to be registered", seconds=30)
        crowded = Tally()
        asyncio.run(crowd(port, registering, crowded, callers=200))
        tell(f"two hundred at once: {crowded}")
        assert crowded.statuses[VOLUNTEERS, 201] > 0 and not crowded.lost
        assert crowded.statuses.keys() <= {(VOLUNTEERS, 201), (VOLUNTEERS, 503)}


def all_registered(port: int, registering: Callable[[], Request]) -> bool:
    tally = Tally()
    asyncio.run(crowd(port, registering, tally, callers=20))
    return tally.statuses == {(VOLUNTEERS, 201): 20}
