from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.needs.domain.evidence import Voice, weigh

EARLY, LATE = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 2, 5, tzinfo=UTC)


def voice(need: int, *persons: int, division: str = "350502001001", place: str | None = None, at=EARLY) -> Voice:
    return Voice(UUID(int=need), division, place, at, frozenset(UUID(int=person) for person in persons))


def test_people_count_not_messages():
    evidence = weigh([voice(1, 11), voice(2, 11), voice(3, 11, 12)])
    assert (evidence.needs, evidence.persons) == (3, 2)


def test_a_need_without_an_author_is_no_person():
    assert weigh([voice(1), voice(2, 11)]).persons == 1


def test_places_are_told_apart_by_community():
    spread = [voice(1, place="3号楼"), voice(2, place="3号楼", division="350502001002"), voice(3)]
    evidence = weigh(spread)
    assert (evidence.places, evidence.divisions) == (2, 2)


def test_the_period_spans_first_to_last():
    evidence = weigh([voice(1, at=LATE), voice(2, at=EARLY)])
    assert (evidence.first_at, evidence.last_at) == (EARLY, LATE)


def test_nothing_is_no_evidence():
    evidence = weigh([])
    assert (evidence.needs, evidence.persons, evidence.first_at) == (0, 0, None)


@given(st.lists(st.tuples(st.integers(1, 5), st.sets(st.integers(1, 5)))))
def test_hearing_the_same_again_adds_nothing(said):
    voices = list({need: voice(need, *persons) for need, persons in said}.values())
    assert weigh(voices) == weigh(voices + voices)
    assert weigh(voices).persons == len({person for v in voices for person in v.persons})
