"""A photograph among the answers of a visit, for whoever may read the visit, through both services."""

import pytest

from tests.harness import STREET
from tests.needs.handing import handed_in, picture, tell
from tests.needs.stories import worker
from tests.needs.surveying import ANSWERS, form, recorded
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def photographed(needs, gateway, visitor):
    """A visit with a photograph of the door, and the photograph."""
    door = (await handed_in(gateway, visitor, picture()))["file_id"]
    version = (await form(needs))["form_version_id"]
    visit = await recorded(visitor, answers={**ANSWERS, "door": door}, form_version_id=version)
    await tell(needs, gateway)
    return visit, door


async def status(gateway, door, role, scope="350502001001", **who):
    return (await gateway.acting(role, scope, **who).get(f"/v1/files/{door}")).status_code


async def test_whoever_may_read_the_visit_sees_its_photographs(needs, gateway):
    visit, door = await photographed(needs, gateway, worker(needs))
    for role in ("community_worker", "committee", "social_worker", "street_officer"):
        assert await status(gateway, door, role, person=uuid7()) == 200, role
    assert await status(gateway, door, "street_officer", STREET, person=uuid7()) == 200
    seen = "select 1 from audit where verb = 'read' and subject = :visit"
    assert len(await needs.sql(seen, visit=f"visits/{visit['id']}")) == 5  # each look is on record


async def test_nobody_else_does(needs, gateway):
    _, door = await photographed(needs, gateway, worker(needs))
    for role in ("resident", "volunteer", "volunteer_leader", "grid_worker", "supervisor", "civil_affairs", "donor"):
        assert await status(gateway, door, role, person=uuid7()) == 404, role
    assert await status(gateway, door, "community_worker", "350502002001", person=uuid7()) == 404


async def test_whoever_goes_out_sees_those_of_their_own_visits(needs, gateway):
    person = uuid7()
    visit, door = await photographed(needs, gateway, needs.acting("grid_worker", person=person))
    assert visit["visitor_person_id"] == str(person)
    asking = needs.sibling("gateway", "350502001001")
    for who, found in ((person, 200), (uuid7(), 404)):
        asking.caller = asking.caller.__class__(**{**fields(asking.caller), "person_id": who})
        assert (await asking.get(f"/internal/files/{door}?role=grid_worker")).status_code == found


def fields(caller):
    return {name: getattr(caller, name) for name in caller.__slots__}


async def test_a_file_of_answers_that_were_never_kept_is_nobodys(needs, gateway):
    asking = needs.sibling("gateway", "350502001001")
    assert (await asking.get(f"/internal/files/{uuid7()}?role=community_worker")).status_code == 404
