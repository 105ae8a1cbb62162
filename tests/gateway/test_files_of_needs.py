"""A photograph handed in with a need, from the mini-program to whoever works on it, through both services."""

import pytest

from tests.gateway.pictures import CANARY, photo, recording
from tests.gateway.test_files import handed_in, later
from tests.harness import STREET
from tests.needs.handing import tell
from tests.needs.stories import TRIAGE, done, submitted
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
DANGER = "我不想活了，没有我会更好"


async def asked_with(needs, gateway, content: bytes, **more: str):
    """A resident's need with one file, and the file."""
    person = uuid7()
    file = await handed_in(gateway.acting("resident", person=person), content)
    files = [{"file_id": file["id"], "kind": file["kind"]}]
    need = await submitted(needs.acting("resident", person=person), files=files, **more)
    await tell(needs, gateway)
    return person, need, file


async def status(gateway, file, role: str, **who: object) -> int:
    return (await gateway.acting(role, **who).get(f"/v1/files/{file['id']}")).status_code


async def test_it_is_kept_and_shown_to_whoever_may_read_the_words(needs, gateway):
    person, need, file = await asked_with(needs, gateway, photo())
    await later(gateway)
    await gateway.sweep()  # a day is over, and it belongs to something
    answer = await gateway.acting("community_worker", person=uuid7()).get(f"/v1/files/{file['id']}")
    assert answer.status_code == 200
    assert CANARY.encode() not in answer.content
    assert await status(gateway, file, "resident", person=person) == 200
    await done(needs.acting("community_worker", person=uuid7()), need, "triage", TRIAGE)
    for role in ("resident", "donor", "volunteer", "org_manager"):
        assert await status(gateway, file, role, person=uuid7()) == 404, role
    assert await status(gateway, file, "community_worker", scope="350502002001", person=uuid7()) == 404


async def test_a_recording_of_danger_is_heard_by_few(needs, gateway):
    _, _, file = await asked_with(needs, gateway, recording(), statement=DANGER)
    assert await status(gateway, file, "community_worker", person=uuid7()) == 200
    for role in ("civil_affairs", "supervisor", "grid_worker"):
        assert await status(gateway, file, role, scope=STREET, person=uuid7()) == 404, role
