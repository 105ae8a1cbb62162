"""E1 and E2: who stands on the roster and who may not judge."""

from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from services.evaluation.domain import roster
from services.evaluation.domain.roster import Conflict, Record, RecordState

ANNA, BEN, CARL = (UUID(int=number) for number in (1, 2, 3))


def record(person: UUID, state: RecordState = RecordState.CONFIRMED) -> Record:
    return Record(uuid4(), person, state)


def test_only_confirmed_undisputed_records_count():
    records = [record(ANNA), record(ANNA), record(BEN, RecordState.DISPUTED), record(CARL, RecordState.RECORDED)]
    assert roster.build(records, {}) == [roster.Entry(ANNA, None)]


def test_the_order_of_the_roster_does_not_follow_the_records():
    persons = [uuid4() for _ in range(9)]
    forward = roster.build([record(person) for person in persons], {})
    assert forward == roster.build([record(person) for person in persons[::-1]], {})


def test_a_served_person_with_a_part_in_the_plan_is_flagged():
    conflicts = roster.stakeholders(author=ANNA, team=[BEN], approvers=[CARL])
    assert conflicts == {ANNA: Conflict.AUTHOR, BEN: Conflict.TEAM, CARL: Conflict.APPROVER}
    assert roster.build([record(BEN)], conflicts) == [roster.Entry(BEN, Conflict.TEAM)]


def test_the_author_of_a_plan_is_named_author_even_in_the_team():
    assert roster.stakeholders(author=ANNA, team=[ANNA], approvers=[ANNA]) == {ANNA: Conflict.AUTHOR}
    assert roster.stakeholders(author=None, team=[], approvers=[]) == {}


def test_a_declared_interest_is_the_weakest_reason():
    declared = [ANNA, BEN, CARL]
    found = roster.stakeholders(author=None, team=[ANNA], approvers=[BEN], interested=declared)
    assert found == {ANNA: Conflict.TEAM, BEN: Conflict.APPROVER, CARL: Conflict.INTEREST}


def test_admission():
    assert roster.admit(roster.Entry(ANNA, None)).person_id == ANNA
    with pytest.raises(roster.NotServed):
        roster.admit(None)
    with pytest.raises(roster.ConflictOfInterest):
        roster.admit(roster.Entry(ANNA, Conflict.TEAM))


def test_the_digest_is_over_sorted_confirmed_ids():
    records = [record(ANNA), record(BEN), record(CARL, RecordState.DISPUTED)]
    lines = "\n".join(sorted(str(each.record_id) for each in records[:2]))
    expected = sha256(lines.encode()).hexdigest()
    assert roster.digest(records[::-1]) == expected
    assert roster.complete(records, count=2, expected=expected)
    assert not roster.complete(records, count=3, expected=expected)
    assert not roster.complete(records[:1], count=1, expected=expected)


def test_nobody_handles_their_own_project():
    roster.keep_out(CARL, [ANNA, BEN])
    with pytest.raises(roster.OwnProject):
        roster.keep_out(BEN, [ANNA, BEN])
    with pytest.raises(roster.PersonUnknown):
        roster.keep_out(None, [ANNA, None])
