"""What a register may show: never fewer than k residents, in no cell and in no difference of two."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.needs.domain.registers import (
    Said,
    canonical,
    content,
    content_hash,
    difference,
    lines,
    local_year,
    rolled_up,
)

STREET = "350502001000"
PLACES = ("350502001001", "350502001002", "350502002001")
CLASSES = [
    {"code": "elderly", "zh": "老人服务", "en": "Older people", "fields": ["elderly"]},
    {"code": "rest", "zh": "社区治理", "en": "Governance", "fields": []},
]
PEOPLE = [UUID(int=number) for number in range(1, 40)]


def said(number: int, persons: int = 1, **more) -> Said:
    own = frozenset(PEOPLE[number : number + persons])
    facts = {"division": PLACES[0], "field": "elderly", "concern_id": None, "title": None} | more
    return Said(need_id=UUID(int=1000 + number), persons=own, **facts)


def of(*needs: Said, division: str = STREET, k: int = 5):
    return lines(needs, division=division, k=k, classes=CLASSES)


def test_a_concern_of_five_residents_is_a_line_of_its_own():
    concern = UUID(int=7)
    (row,) = of(*(said(number, concern_id=concern, title="老年助餐") for number in range(7)))
    assert (row.kind, row.title, row.needs, row.persons, row.klass) == ("concern", "老年助餐", 5, 5, "elderly")


def test_what_is_rare_joins_the_street_then_its_class_then_is_left_out():
    near = [said(number, division=PLACES[number % 2]) for number in range(6)]
    (row,) = of(*near)
    assert (row.kind, row.division, row.persons) == ("field", STREET, 5)
    mixed = [said(0, persons=3), said(5, persons=3, field="culture"), said(10, persons=3, field=None)]
    (row,) = of(*mixed)
    assert (row.kind, row.klass, row.field, row.persons) == ("class", "rest", None, 5)
    assert of(*mixed[:2]) == []


def test_a_community_register_names_its_own_community_only():
    (row,) = of(*(said(number) for number in range(5)), division=PLACES[0])
    assert row.division == PLACES[0]


def test_one_resident_who_writes_two_hundred_times_is_no_line():
    assert of(*(Said(UUID(int=n), PLACES[0], "elderly", None, None, frozenset(PEOPLE[:1])) for n in range(200))) == []


needs = st.lists(
    st.builds(
        Said,
        need_id=st.uuids(),
        division=st.sampled_from(PLACES),
        field=st.sampled_from(["elderly", "culture", None]),
        concern_id=st.sampled_from([None, UUID(int=1), UUID(int=2)]),
        title=st.none(),
        persons=st.frozensets(st.sampled_from(PEOPLE), max_size=12),
    ),
    max_size=25,
    unique_by=lambda each: each.need_id,
)


@given(first=needs, more=needs, k=st.integers(5, 9))
def test_no_number_and_no_difference_of_two_speaks_of_fewer_than_k(first, more, k):
    rows = [of(*each, k=k) for each in (first, [*first, *more], more)]
    shown = {0} | {number for register in rows for row in register for number in (row.needs, row.persons)}
    shown |= {
        number for register in rows for each in rolled_up(register, CLASSES) for number in (each.needs, each.persons)
    }
    assert all(abs(a - b) == 0 or abs(a - b) >= k for a in shown for b in shown)
    assert all(row.persons >= k for register in rows for row in register)


@given(found=needs)
def test_a_need_is_counted_in_one_line_and_the_order_does_not_matter(found):
    rows = of(*found)
    assert sum(row.needs for row in rows) <= len(found)
    assert of(*reversed(found)) == rows


def test_the_hash_is_that_of_the_canonical_json():
    made = content(division=STREET, as_of=datetime(2026, 1, 1, tzinfo=UTC), k=5, rows=[], classes=CLASSES)
    assert content_hash(made) == content_hash(dict(reversed(made.items())))
    assert b" " not in canonical({"a": [1, 2]})
    assert content_hash(made | {"k": 6}) != content_hash(made)


def test_a_difference_names_what_came_went_and_changed():
    before = {"rows": [{"key": "a", "needs": 5}, {"key": "b", "needs": 5}]}
    after = {"rows": [{"key": "b", "needs": 10}, {"key": "c", "needs": 5}]}
    found = difference(before, after)
    assert (found.added, found.removed) == (({"key": "c", "needs": 5},), ({"key": "a", "needs": 5},))
    assert found.changed == ({"key": "b", "before": {"key": "b", "needs": 5}, "after": {"key": "b", "needs": 10}},)
    assert len(difference(None, after).added) == 2


@pytest.mark.parametrize(("moment", "year"), [("2026-12-31T15:59:59Z", 2026), ("2026-12-31T16:00:00Z", 2027)])
def test_a_year_begins_when_it_does_in_china(moment, year):
    assert local_year(datetime.fromisoformat(moment)) == year
