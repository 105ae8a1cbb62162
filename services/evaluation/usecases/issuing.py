"""The issuing side: one blind signature per roster entry, and telling people about it."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from services.evaluation.domain import blind
from services.evaluation.domain.lifecycle import EVALUATION_TRANSITIONS, EvaluationState, allowed
from services.evaluation.domain.roster import ConflictOfInterest, Entry, NotServed, admit
from services.evaluation.domain.tally import EvaluationClosed
from services.evaluation.events import About, NoticeIssued
from services.evaluation.models import Evaluation, IssuingKey, RosterEntry
from services.evaluation.repository import Copies, Evaluations
from services.evaluation.repository.copies import orgs_of
from services.evaluation.usecases.office import Office
from services.evaluation.usecases.reaching import reach
from wushe.errors import ActionNotAllowed, FieldError, InvalidInput, Refusal
from wushe.work import Work


class CredentialIssued(Refusal):
    """One credential per person; only the very same request is answered again."""

    status = 409
    zh = "您的评价凭证已经领取过。如果不是您本人领取，请联系社区。"
    en = "Your credential has already been issued. If it was not you, please tell your community office."
    toast = "凭证已领取"


@dataclass(frozen=True, slots=True)
class BlindSignature:
    """What the device unblinds."""

    signature: bytes
    key_id: str


async def issue(work: Work, office: Office, *, evaluation_id: UUID, blinded: bytes, stratum: str) -> BlindSignature:
    """Sign a blinded token for a person on the roster; the same request again gets the same signature.

    No audit row names who asked: the credential row itself says that, without a time.
    """
    evaluations = Evaluations(work)
    evaluation, found = await reach(work, evaluation_id=evaluation_id, is_steady=True)
    _check_prepared(evaluation)
    entry = await _admitted(work, evaluation, found)
    _check_open(evaluation)
    key = await _key(evaluations, entry, stratum)
    blind.accept_blinded(blind.load_public(key.public_der), blinded)
    fingerprint = sha256(blinded).hexdigest()
    if await evaluations.issue(entry, fingerprint) != fingerprint:
        raise CredentialIssued
    return BlindSignature(await office.sign(key, blinded), key.key_id)


async def invite_some(work: Work) -> int:
    """Tell some people on a roster that they may evaluate; answers how many."""
    found = await Evaluations(work).take_uninvited()
    if found is None:
        return 0
    roster, entries = found
    title = await _title(work, roster.evaluation_id)
    for entry in entries:
        entry.invited = True
    notices = [
        _notice(
            entry.person_id, roster.evaluation_id, "evaluation_invited",
            zh=f"您参加过的“{title}”可以评价了。评价是匿名的，提交后不能修改。",
            en=f"You can now evaluate “{title}”. Your answers are anonymous and final once sent.",
        )
        for entry in entries
    ]  # fmt: skip
    work.record(roster, "invite", *notices)
    return len(entries)


async def notify_some(work: Work) -> int:
    """Tell some people, by the second channel, that their credential was handed out; answers how many."""
    found = await Evaluations(work).take_unnotified()
    if found is None:
        return 0
    roster, persons = found
    title = await _title(work, roster.evaluation_id)
    notices = [
        _notice(
            person, roster.evaluation_id, "credential_issued",
            zh=f"您对“{title}”的评价凭证已被领取。如果不是您本人领取，请马上告诉社区。",
            en=f"Your credential for “{title}” was handed out. If it was not you, tell your community office at once.",
        )
        for person in persons
    ]  # fmt: skip
    work.record(roster, "notify", *notices)
    return len(persons)


async def _admitted(work: Work, evaluation: Evaluation, entry: RosterEntry | None) -> RosterEntry:
    if entry is None:
        raise NotServed
    admit(Entry(entry.person_id, entry.conflict))
    if work.caller.org is not None and work.caller.org in orgs_of(await Copies(work).known(evaluation.project_id)):
        raise ConflictOfInterest
    return entry


def _check_prepared(evaluation: Evaluation) -> None:
    if evaluation.state in (EvaluationState.PENDING, EvaluationState.PREPARED):
        verbs = allowed(EVALUATION_TRANSITIONS, evaluation.state)
        raise ActionNotAllowed(state=evaluation.state.value, verb="credentials", allowed=verbs)


def _check_open(evaluation: Evaluation) -> None:
    if evaluation.state is not EvaluationState.OPEN:
        raise EvaluationClosed


async def _key(evaluations: Evaluations, entry: RosterEntry, stratum: str) -> IssuingKey:
    if stratum != entry.stratum:
        zh, en = f"您属于“{entry.stratum}”层。", f"You belong to stratum '{entry.stratum}'."
        raise InvalidInput(errors=[FieldError("/stratum", "OTHER_STRATUM", zh, en)])
    return next(key for key in await evaluations.keys(entry.evaluation_id) if key.stratum == stratum)


async def _title(work: Work, evaluation_id: UUID) -> str:
    evaluation = await Evaluations(work).get(Evaluation, evaluation_id)
    return (await Copies(work).known(evaluation.project_id)).title


def _notice(person: UUID, evaluation_id: UUID, code: str, *, zh: str, en: str) -> NoticeIssued:
    about = About(collection="evaluations", id=evaluation_id)
    return NoticeIssued(person_id=person, code=code, zh=zh, en=en, about=about)
