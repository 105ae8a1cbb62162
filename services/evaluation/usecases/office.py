"""What verbs need beside their own unit of work: signatures, the wrapping key, the ballot side and projects."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from services.evaluation import clients
from services.evaluation.clients import Signing
from services.evaluation.domain import wrapping
from services.evaluation.domain.roster import Record
from services.evaluation.models import IssuingKey
from services.evaluation.repository import Ballots
from wushe.jobs import worker

SERVICE = "evaluation"


class Office:
    """The collaborators of one application; ``state`` is the application's, read when needed."""

    def __init__(self, *, kek: bytes, signing: Signing) -> None:
        self._kek = kek
        self.signing = signing
        self.state: Any = None

    @asynccontextmanager
    async def ballots(self) -> AsyncIterator[Ballots]:
        """A unit of work on the ballot side, committed when the block ends."""
        async with self.state.databases["ballots"].work(worker(SERVICE)) as work:
            yield Ballots(work)

    async def records(self, project_id: UUID) -> list[Record]:
        """The service records projects knows now; UNAVAILABLE when it does not answer."""
        return await clients.service_records(self.state.siblings.acting(worker(SERVICE), ""), project_id)

    def wrap(self, private_der: bytes, key_id: str) -> bytes:
        """An issuing key as it may be stored."""
        return wrapping.wrap(self._kek, private_der, key_id=key_id)

    async def sign(self, key: IssuingKey, blinded: bytes) -> bytes:
        """A blind signature under a key that is still held."""
        if key.private_wrapped is None:
            raise LookupError("the issuing key is gone")
        private_der = wrapping.unwrap(self._kek, key.private_wrapped, key_id=key.key_id)
        return await self.signing.sign(private_der, blinded)
