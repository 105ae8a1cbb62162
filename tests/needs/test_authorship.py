from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.needs.domain.authorship import (
    Asked,
    Author,
    AuthorMayStillAnswer,
    ConsentMissing,
    GuardianMissing,
    NotTheAuthor,
    ReopenWindowPassed,
    Submission,
    author_of,
    closes_silently,
    may_read,
    may_read_statement,
    require_author,
    require_consent,
    require_reopenable,
)
from services.needs.domain.codes import AgeBand, Channel, InputMode
from services.needs.domain.lifecycle import SHAREABLE, NeedState
from wushe.errors import InvalidInput

ME, OTHER, RESIDENT_ID = UUID(int=1), UUID(int=2), UUID(int=3)
CLOSED = datetime(2026, 5, 1, tzinfo=UTC)


def said(**more) -> Submission:
    values = {
        "statement": "想办个老年食堂",
        "division": "350502001001",
        "channel": Channel.VISIT,
        "input": InputMode.TYPED,
        "consent_version": "2026-01",
    }
    return Submission(**{**values, **more})


def asked(age: AgeBand = AgeBand.FROM_60, guardian: UUID | None = None) -> Asked:
    return Asked(RESIDENT_ID, OTHER, age, guardian)


def test_a_resident_asks_for_themselves():
    assert author_of(said(), role="resident", person_id=ME, asked=None) == Author(ME, None, proxy=False)
    own = Asked(RESIDENT_ID, ME, AgeBand.FROM_60, None)
    assert author_of(said(), role="resident", person_id=ME, asked=own) == Author(ME, RESIDENT_ID, proxy=False)


def test_a_worker_asks_on_behalf_and_it_is_marked():
    submission = said(resident_id=RESIDENT_ID)
    author = author_of(submission, role="community_worker", person_id=ME, asked=asked())
    assert author == Author(OTHER, RESIDENT_ID, proxy=True)


@pytest.mark.parametrize("channel", [Channel.MEETING, Channel.OUTREACH])
def test_a_meeting_speaks_for_nobody_in_particular(channel):
    author = author_of(said(channel=channel), role="social_worker", person_id=ME, asked=None)
    assert author == Author(None, None, proxy=False)


@pytest.mark.parametrize(
    ("submission", "role", "code"),
    [
        (said(), "community_worker", "REQUIRED"),
        (said(resident_id=RESIDENT_ID), "community_worker", "UNKNOWN"),
        (said(resident_id=RESIDENT_ID), "resident", "NOT_ALLOWED"),
    ],
)
def test_whom_one_may_not_speak_for(submission, role, code):
    with pytest.raises(InvalidInput) as refused:
        author_of(submission, role=role, person_id=ME, asked=None)
    assert [(fault.pointer, fault.code) for fault in refused.value.errors] == [("/resident_id", code)]


def test_consent_comes_before_the_statement():
    with pytest.raises(ConsentMissing):
        require_consent(said(consent_version=None), asked=None, danger=False)


def test_a_child_asks_through_a_guardian():
    child = asked(AgeBand.UNDER_14)
    with pytest.raises(GuardianMissing):
        require_consent(said(), asked=child, danger=False)
    require_consent(said(), asked=asked(AgeBand.UNDER_14, guardian=ME), danger=False)


def test_danger_goes_before_every_form():
    require_consent(said(consent_version=None), asked=asked(AgeBand.UNDER_14), danger=True)


@pytest.mark.parametrize("danger", [True, False])
@pytest.mark.parametrize("role", ["resident", "grid_worker", "community_worker"])
def test_who_may_know_of_a_need(danger, role):
    for state in NeedState:
        known = may_read(role=role, person_id=ME, author=OTHER, state=state, danger=danger)
        if role == "community_worker":
            assert known
        elif role == "grid_worker":
            assert known is not danger
        else:
            assert known is (not danger and state in SHAREABLE)
        assert may_read(role=role, person_id=ME, author=ME, state=state, danger=danger)


def test_words_are_for_their_author_and_for_staff():
    assert may_read_statement(role="resident", person_id=ME, author=ME)
    assert may_read_statement(role="social_worker", person_id=ME, author=OTHER)
    assert not may_read_statement(role="resident", person_id=ME, author=OTHER)
    assert not may_read_statement(role="resident", person_id=None, author=None)


@pytest.mark.parametrize(("person", "author"), [(ME, OTHER), (ME, None), (None, None)])
def test_only_the_author_judges(person, author):
    with pytest.raises(NotTheAuthor):
        require_author(person_id=person, author=author)


def test_the_author_may():
    require_author(person_id=ME, author=ME)


def test_silence_is_noted_by_staff_when_it_has_lasted():
    due = CLOSED + timedelta(days=14)
    closing = {"author": OTHER, "due_at": due}
    assert closes_silently(role="committee", person_id=ME, now=due, **closing)
    assert not closes_silently(role="committee", person_id=OTHER, now=CLOSED, **closing)
    assert not closes_silently(role="resident", person_id=OTHER, now=CLOSED, **closing)
    with pytest.raises(NotTheAuthor):
        closes_silently(role="resident", person_id=ME, now=due, **closing)
    with pytest.raises(AuthorMayStillAnswer) as refused:
        closes_silently(role="committee", person_id=ME, now=due - timedelta(seconds=1), **closing)
    assert "2026-05-15" in refused.value.sentence("zh")


def test_a_need_is_reopened_within_the_window_only():
    require_reopenable(closed_at=None, now=CLOSED, days=30)
    require_reopenable(closed_at=CLOSED, now=CLOSED + timedelta(days=30, seconds=-1), days=30)
    with pytest.raises(ReopenWindowPassed) as refused:
        require_reopenable(closed_at=CLOSED, now=CLOSED + timedelta(days=30), days=30)
    assert "2026-05-01" in refused.value.sentence("zh")
