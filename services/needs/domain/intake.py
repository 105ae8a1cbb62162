"""How a need came in: who spoke for whom, how they agreed, and the recording behind words that were not typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.needs.domain.authorship import CRISIS_READERS, FAMILY, GUARDIAN, Attached, Author, Submission
from services.needs.domain.codes import Channel, ConsentMode, FileKind, InputMode, ProxyRelation
from wushe.errors import FieldError, InvalidInput, Refusal, Unavailable

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


@dataclass(frozen=True, slots=True)
class Handed:
    """What a caller handed in and may still use, by id, as whoever keeps files says; None while nobody says it."""

    kinds: Mapping[UUID, FileKind] | None

    def usable(self, named: Mapping[str, Attached], *, danger: bool) -> list[Attached]:
        """The files named somewhere, once each; refused unless they are the caller's own and what they are said to be.

        Danger to life goes first: it is taken down without what cannot be shown to be the caller's.
        """
        if danger:
            named = {at: file for at, file in named.items() if self._wrong(at, file) is None}
        elif named and self.kinds is None:
            raise Unavailable(retry_after=2)
        elif errors := [*filter(None, map(self._wrong, named, named.values()))]:
            raise InvalidInput(errors=errors[:50])
        return list({file.file_id: file for file in named.values()}.values())

    def _wrong(self, at: str, file: Attached) -> FieldError | None:
        kind = (self.kinds or {}).get(file.file_id)
        if kind is None:  # another's, attached already, gone or never there: which, is not told
            return FieldError(
                at, "UNKNOWN", "没有这个文件，或已用过，请重新上传。", "Unknown or used; upload it again."
            )
        if kind is not file.kind:
            return FieldError(at, "OTHER_KIND", f"这个文件的类型是“{kind}”。", f"This file is of kind {kind}.")
        return None


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
