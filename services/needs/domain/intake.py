"""How a need came in: who spoke for whom, how they agreed, and the recording behind words that were not typed."""

from dataclasses import dataclass
from uuid import UUID

from services.needs.domain.authorship import CRISIS_READERS, FAMILY, GUARDIAN, Author, Submission
from services.needs.domain.codes import Channel, ConsentMode, FileKind, InputMode, ProxyRelation
from wushe.errors import Refusal

FOUND = (Channel.OUTREACH, Channel.VISIT)
"""Channels by which we went to people, and they did not have to come to us."""
FILE_READERS = FAMILY | CRISIS_READERS | {"grid_worker", "supervisor", "civil_affairs"}
"""The roles that may be shown a file, where they may read the words it came with."""
RECORDED = frozenset({InputMode.DICTATED, InputMode.TRANSCRIBED})
_BY_ROLE = {
    GUARDIAN: ProxyRelation.GUARDIAN,
    "volunteer": ProxyRelation.VOLUNTEER,
    "volunteer_leader": ProxyRelation.VOLUNTEER,
    "integration": ProxyRelation.AGENCY,
}
_BY_CHANNEL = {
    Channel.MINI_PROGRAM: ConsentMode.ONLINE,
    Channel.PARTNER: ConsentMode.ONLINE,
    Channel.PAPER: ConsentMode.WRITTEN,
}


class RecordingMissing(Refusal):
    """Words that were heard and not typed keep the recording they were heard from; only danger goes before it."""

    status = 422
    zh = "听写或转写的诉求要保留原录音，请附上录音文件（files，kind 为 audio）。"
    en = "Dictated or transcribed words keep their recording: name it in 'files' with kind audio."
    toast = "请附上录音"


@dataclass(frozen=True, slots=True)
class Intake:
    """What is on record of how a need came in."""

    reporter_person_id: UUID | None
    """Who took it down or spoke, where that is not its author."""
    proxy_relation: ProxyRelation | None
    consent_given: ConsentMode | None


def require_recording(said: Submission, *, danger: bool) -> None:
    """Refuse words that were heard without what they were heard from; danger to life goes first."""
    if said.input in RECORDED and not danger and all(file.kind is not FileKind.AUDIO for file in said.files):
        raise RecordingMissing


def intake_of(said: Submission, author: Author, *, role: str, person_id: UUID | None) -> Intake:
    """Who spoke for whom and how consent was given: as said, or as role and channel have it."""
    relation = (said.proxy_relation or _BY_ROLE.get(role, ProxyRelation.WORKER)) if author.proxy else None
    consent = said.consent_given or _BY_CHANNEL.get(said.channel, ConsentMode.SPOKEN)
    spoke = author.proxy or role not in FAMILY
    return Intake(person_id if spoke else None, relation, consent if said.consent_version else None)
