"""Evaluations, rosters, credentials, ballots and the log on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.evaluation.domain.lifecycle import EvaluationState, Phase
from services.evaluation.schemas.octets import Octets, encode
from services.evaluation.schemas.schemes import ItemIn
from services.evaluation.usecases.reading import Overview, Place
from wushe.routes import Code, In, Out, Whole


class EvaluationOut(Out):
    """An evaluation in a list."""

    id: UUID
    division: str
    project_id: UUID
    phase: Phase
    round: int
    state: EvaluationState
    scheme_id: UUID | None
    roster_count: int
    opened_at: datetime | None
    closable_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    log_root: str | None
    version: int
    created_at: datetime


class KeyOut(Out):
    """The issuing key of one stratum: SubjectPublicKeyInfo in base64url; ``key_id`` is its SHA-256."""

    stratum: str
    key_id: str
    public_key: str
    suite: str = "RSABSSA-SHA384-PSS-Randomized"


class CountsOut(Out):
    """``ballots ≤ credentials ≤ roster``."""

    roster: int
    credentials: int
    ballots: int


class EvaluationDetail(EvaluationOut):
    """An evaluation with what a device needs to take part."""

    keys: list[KeyOut]
    ballot_items: list[ItemIn]
    counts: CountsOut

    @classmethod
    def of(cls, found: Overview) -> "EvaluationDetail":
        """The wire shape of an overview."""
        keys = [KeyOut(stratum=key.stratum, key_id=key.key_id, public_key=encode(key.public_der)) for key in found.keys]
        return cls(
            **EvaluationOut.model_validate(found.evaluation).model_dump(),
            keys=keys,
            ballot_items=[ItemIn(**item) for item in found.items],
            counts=CountsOut.model_validate(found.counts),
        )


class StratumOut(Out):
    """One stratum of a roster."""

    code: str
    eligible: int


class RosterCounts(Out):
    """How many may score and how many were kept out; never who."""

    eligible: int
    flagged: int
    strata: list[StratumOut]


class RosterOut(Out):
    """The caller's own place, and for staff the counts."""

    evaluation_id: UUID
    eligible: bool
    reason: str | None
    counts: RosterCounts | None

    @classmethod
    def of(cls, found: Place) -> "RosterOut":
        """The wire shape of a place."""
        counts = RosterCounts.model_validate(found.roster, from_attributes=True) if found.roster else None
        return cls(evaluation_id=found.evaluation_id, eligible=found.eligible, reason=found.reason, counts=counts)


class CredentialIn(In):
    """A blinded token, base64url, exactly as long as the modulus."""

    blinded: Octets
    stratum: Code = "all"


class CredentialOut(Out):
    """A blind signature, base64url."""

    signature: str
    key_id: str


class BallotIn(In):
    """A prepared message with its unblinded signature, and a rating from 1 to 5 for each item."""

    token: Octets
    signature: Octets
    answers: dict[Code, Whole] = Field(min_length=1, max_length=20)


class BallotOut(Out):
    """The receipt shows the leaf in the public log, not the answers."""

    receipt: str
    leaf: str


class LogEntry(Out):
    """One leaf; salt and answers only when at least k ballots were cast."""

    leaf: str
    salt: str | None = None
    answers: dict[str, int] | None = None


class LogOut(Out):
    """The public ballot log in hash order."""

    evaluation_id: UUID
    size: int
    roster: int
    credentials: int
    k: int
    root: str
    published: bool
    entries: list[LogEntry]
