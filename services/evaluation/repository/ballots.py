"""The ballot side: it knows boxes, public keys and anonymous ballots, and nobody's name."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from services.evaluation.models import Ballot, BallotBox, BallotKey
from wushe.errors import NotFound
from wushe.repository import Repository

_SHUFFLE = text(
    "with old as (delete from ballots where box_id = :box"
    " returning box_id, stratum, token_hash, salt, leaf, answers)"
    " insert into ballots (id, box_id, stratum, token_hash, salt, leaf, answers)"
    " select gen_random_uuid(), * from old order by random()"
)


class Ballots(Repository):
    """Boxes and ballots."""

    async def place(self, box: BallotBox, keys: Sequence[tuple[str, bytes]]) -> None:
        """Set a box up with its public keys; placing it again changes nothing."""
        row = {"id": box.id, "items": box.items, "k": box.k, "sealed": False}
        await self.session.execute(insert(BallotBox).values(row).on_conflict_do_nothing())
        for stratum, public_der in keys:
            key = {"id": uuid4(), "box_id": box.id, "stratum": stratum}
            await self.session.execute(insert(BallotKey).values(**key, public_der=public_der).on_conflict_do_nothing())

    async def box(self, evaluation_id: UUID) -> BallotBox:
        """A box as it is; NOT_FOUND before it is placed."""
        return await self._box(evaluation_id)

    async def taking(self, evaluation_id: UUID) -> BallotBox:
        """A box that cannot be sealed before this unit of work ends; any number of ballots may hold it so."""
        return await self._box(evaluation_id, read=True)

    async def sealing(self, evaluation_id: UUID) -> BallotBox:
        """A box held by nobody else."""
        return await self._box(evaluation_id, read=False)

    async def _box(self, evaluation_id: UUID, *, read: bool | None = None) -> BallotBox:
        found = select(BallotBox).where(BallotBox.id == evaluation_id)
        if read is not None:
            found = found.with_for_update(read=read)
        box = await self.first(found)
        if box is None:
            raise NotFound
        return box

    async def keys(self, box_id: UUID) -> list[BallotKey]:
        """The public keys whose signatures a box accepts."""
        return await self.all(select(BallotKey).where(BallotKey.box_id == box_id).order_by(BallotKey.stratum))

    async def cast(self, ballot: Ballot) -> Ballot:
        """Put a ballot in, or answer the one this token cast before."""
        columns = ("id", "box_id", "stratum", "token_hash", "salt", "leaf", "answers")
        row = insert(Ballot).values({name: getattr(ballot, name) for name in columns})
        await self.session.execute(row.on_conflict_do_nothing(index_elements=["box_id", "token_hash"]))
        same = select(Ballot).where(Ballot.box_id == ballot.box_id, Ballot.token_hash == ballot.token_hash)
        return (await self.session.scalars(same)).one()

    async def ballots(self, box_id: UUID) -> list[Ballot]:
        """Every ballot of a box in the order of its leaf, which is a hash and tells no time."""
        return await self.all(select(Ballot).where(Ballot.box_id == box_id).order_by(Ballot.leaf))

    async def count(self, box_id: UUID) -> int:
        """How many ballots a box holds."""
        return (await self.session.execute(select(func.count()).where(Ballot.box_id == box_id))).scalar_one()

    async def shuffle(self, box_id: UUID) -> None:
        """Rewrite the ballots in random order under new ids."""
        await self.session.execute(_SHUFFLE, {"box": box_id})
