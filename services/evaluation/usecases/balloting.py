"""The ballot side: take a ballot from someone unknown, and show the log once the box is sealed."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from services.evaluation.domain import blind, tally
from services.evaluation.models import Ballot, BallotBox
from services.evaluation.repository import Ballots
from wushe.errors import Refusal
from wushe.work import Work

SALT_BYTES = 16


class LogNotPublished(Refusal):
    """The log is published only after close."""

    status = 409
    zh = "评价尚未结束，评价记录在结束后公布。"
    en = "The log is published only after the evaluation is closed."
    toast = "尚未公布"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever cast a ballot keeps: it finds the ballot in the log without showing the answers."""

    receipt: str
    leaf: str


@dataclass(frozen=True, slots=True)
class Log:
    """The public log of a sealed box."""

    evaluation_id: UUID
    size: int
    roster: int
    credentials: int
    k: int
    root: str
    published: bool
    entries: list[dict[str, Any]]


async def cast(
    work: Work, *, evaluation_id: UUID, token: bytes, signature: bytes, answers: Mapping[str, int]
) -> Receipt:
    """Take one ballot; the token is the key: the same ballot again gets the same receipt, another one BALLOT_FINAL."""
    ballots = Ballots(work)
    box = await ballots.taking(evaluation_id)
    if box.sealed:
        raise tally.EvaluationClosed
    stratum = await _verified(ballots, box.id, token, signature)
    tally.check_answers(answers, box.items)
    kept = await ballots.cast(_ballot(box, stratum, token, answers))
    if kept.answers != dict(answers):
        raise tally.BallotFinal
    return Receipt(tally.receipt(kept.leaf), kept.leaf)


async def log(work: Work, *, evaluation_id: UUID) -> Log:
    """The sealed ballots in hash order; answers and salts only when there are at least k of them."""
    ballots = Ballots(work)
    box = await ballots.box(evaluation_id)
    if not box.sealed or box.root is None:
        raise LogNotPublished
    rows = await ballots.ballots(box.id)
    published = len(rows) >= box.k
    return Log(
        evaluation_id=box.id,
        size=len(rows),
        roster=box.roster_count or 0,
        credentials=box.credential_count or 0,
        k=box.k,
        root=box.root,
        published=published,
        entries=[_entry(row, published=published) for row in rows],
    )


async def _verified(ballots: Ballots, box_id: UUID, token: bytes, signature: bytes) -> str:
    if len(token) not in tally.TOKEN_BYTES:
        raise blind.SignatureInvalid
    for key in await ballots.keys(box_id):
        try:
            blind.verify(key.public_der, token, signature)
        except blind.SignatureInvalid:
            continue
        return key.stratum
    raise blind.SignatureInvalid


def _ballot(box: BallotBox, stratum: str, token: bytes, answers: Mapping[str, int]) -> Ballot:
    salt = secrets.token_bytes(SALT_BYTES)
    return Ballot(
        id=uuid4(),
        box_id=box.id,
        stratum=stratum,
        token_hash=sha256(token).hexdigest(),
        salt=salt,
        leaf=tally.leaf(salt, answers),
        answers=dict(answers),
    )


def _entry(row: Ballot, *, published: bool) -> dict[str, Any]:
    contents = {"salt": row.salt.hex(), "answers": row.answers} if published else {}
    return {"leaf": row.leaf, **contents}
