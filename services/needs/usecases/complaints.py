"""Complaints about a worker or an agency: to the street, hidden from those they are about, ended by a person only."""

from uuid import UUID

from services.needs.domain import crisis
from services.needs.domain.codes import UNSOLVED, Outcome
from services.needs.domain.crisis import Alarm, CrisisOrigin
from services.needs.domain.danger import HelpLine
from services.needs.domain.lifecycle import COMPLAINT_TRANSITIONS, ComplaintState, ComplaintVerb, advance
from services.needs.domain.notices import COMPLAINT_MOVED
from services.needs.domain.roads import require_one_subject
from services.needs.events import About
from services.needs.models import Complaint
from services.needs.repository import Complaints, Crises, Needs
from services.needs.usecases import crises as crisis_cases
from services.needs.usecases.moves import notices
from services.needs.usecases.needs import read_danger
from wushe.errors import RoleNotAllowed

STREET_TIER = 2
"""Danger told of in a complaint is paged past the community, which it may be about."""


async def submit(
    *, complaints: Complaints, division: str, statement: str, person_id: UUID | None, org_id: UUID | None
) -> tuple[Complaint, tuple[HelpLine, ...]]:
    """Take a complaint down for the street; words that may mean danger are answered with help lines at once."""
    work = complaints.work
    work.claim(division)
    require_one_subject(person_id, org_id)
    if work.caller.person_id is None:
        raise RoleNotAllowed(role=work.caller.role)
    danger = await read_danger(needs=Needs(work), statement=statement, division=division)
    complaint = complaints.add(
        Complaint(
            division=division,
            state=ComplaintState.SUBMITTED,
            statement=statement,
            author_person_id=work.caller.person_id,
            about_person_id=person_id,
            about_org_id=org_id,
            danger=bool(danger),
            submitted_at=work.now,
        )
    )
    work.record(complaint, "submit")
    if danger:
        await _alarm(complaints, complaint, danger.kinds)
    return complaint, danger.lines


async def _alarm(complaints: Complaints, complaint: Complaint, kinds: tuple[str, ...]) -> None:
    """A ticket without words: the community reads tickets, and may be whom the complaint is about."""
    alarm = Alarm(
        division=complaint.division,
        origin=CrisisOrigin.SERVICE,
        kinds=crisis.kinds_of(kinds),
        words=complaint.statement,
        reporter=complaint.author_person_id,
    )
    ticket = await crisis_cases.raise_alarm(crises=Crises(complaints.work), alarm=alarm)
    ticket.tier = STREET_TIER


async def accept(*, complaints: Complaints, complaint_id: UUID) -> Complaint:
    """The street takes it up."""
    return _step(complaints, await complaints.take(complaint_id), ComplaintVerb.ACCEPT)


async def respond(*, complaints: Complaints, complaint_id: UUID, answer: str) -> Complaint:
    """The street says what it found and did."""
    complaint = await complaints.take(complaint_id)
    complaint.answer, complaint.answered_at = answer, complaints.work.now
    return _step(complaints, complaint, ComplaintVerb.RESPOND)


async def outcome(*, complaints: Complaints, complaint_id: UUID, outcome: Outcome) -> Complaint:
    """The complainant's word: "not" or "worse" sends it back to the street."""
    complaint = await complaints.take(complaint_id)
    solved = outcome not in UNSOLVED
    complaint.outcome, complaint.closed_at = outcome, complaints.work.now if solved else None
    return _step(complaints, complaint, ComplaintVerb.OUTCOME if solved else ComplaintVerb.REOPEN, reason=outcome)


async def close(*, complaints: Complaints, complaint_id: UUID, reason: str) -> Complaint:
    """The street closes it for a reason the complainant reads; silence never does."""
    complaint = await complaints.take(complaint_id)
    complaint.close_reason, complaint.closed_at = reason, complaints.work.now
    return _step(complaints, complaint, ComplaintVerb.CLOSE)


async def withdraw(*, complaints: Complaints, complaint_id: UUID) -> Complaint:
    """Take one's own complaint back."""
    complaint = await complaints.take(complaint_id)
    return _step(complaints, complaint, ComplaintVerb.WITHDRAW)


def _step(complaints: Complaints, complaint: Complaint, verb: ComplaintVerb, *, reason: str | None = None) -> Complaint:
    complaint.state = advance(COMPLAINT_TRANSITIONS, complaint.state, verb)
    about = About(collection="complaints", id=complaint.id)
    told = notices(complaints.work, COMPLAINT_MOVED, [complaint.author_person_id], about=about)
    complaints.work.record(complaint, verb, *([] if complaint.danger else told), reason=reason)
    return complaint
