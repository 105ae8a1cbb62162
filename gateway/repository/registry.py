"""Queries of accounts, messages, the feed, divisions and clocks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from gateway.models import (
    Account,
    Client,
    CountyClock,
    Division,
    DivisionImport,
    FeedEntry,
    Grant,
    InboxMessage,
    LinkRequest,
    Residency,
    kit,
)
from wushe.db import uuid7
from wushe.errors import NotFound
from wushe.identity import WHOLE, scope_range
from wushe.pages import Page, PageRequest
from wushe.repository import Repository
from wushe.rules import ancestors

FAMILY = ("resident", "guardian")
MANY = 200
"""People told of one matter at most."""
_EVERYWHERE = text("select set_config('wushe.lo', :lo, true), set_config('wushe.hi', :hi, true)")
_NEXT_CURSOR = text("select next_feed_cursor()")


class Everywhere(Repository):
    """Queries that name one owner: an account, a person or a code, wherever in the country it is registered."""

    async def open(self) -> None:
        """Lift the limit by division for the rest of the unit of work."""
        lo, hi = scope_range(WHOLE)
        await self.session.execute(_EVERYWHERE, {"lo": lo, "hi": hi})


class Accounts(Everywhere):
    """Accounts, their grants and clients, and the person each belongs to."""

    async def ensure(self, account_id: UUID, *, label: str, division: str) -> Account | None:
        """Make sure the account exists; answers it when it is new."""
        row = {"id": account_id, "label": label, "division": division}
        made: Account | None = await self.session.scalar(
            insert(Account).values(row).on_conflict_do_nothing().returning(Account)
        )
        return made

    async def tied_to(self, person_id: UUID) -> list[Residency]:
        """The links of a person, locked (index on person_id)."""
        return await self.all(select(Residency).where(Residency.person_id == person_id).with_for_update())

    async def untie(self, row: Residency) -> None:
        """Take a link away."""
        await self.session.delete(row)
        await self.session.flush()

    async def take_request(self, fingerprint: str) -> LinkRequest | None:
        """A code somebody shows, locked against a second hand."""
        return await self.first(select(LinkRequest).where(LinkRequest.fingerprint == fingerprint).with_for_update())

    async def of_person_alone(self, person_id: UUID) -> list[UUID]:
        """The accounts tied to a person that act as nothing else; a worker's account stays the worker's."""
        tied = select(Residency.account_id).where(Residency.person_id == person_id)
        more = select(Grant.account_id).where(Grant.role.not_in(FAMILY))
        return await self.all(tied.where(Residency.account_id.not_in(more)))

    async def acts_for_residents_only(self, account_id: UUID) -> bool:
        """Whether an account acts as nothing but a resident or guardian (unique by account and role)."""
        more = select(Grant.id).where(Grant.account_id == account_id, Grant.role.not_in(FAMILY))
        return await self.first(more) is None

    async def grants(self, account_id: UUID) -> list[Grant]:
        """What an account may act as."""
        return await self.all(select(Grant).where(Grant.account_id == account_id).order_by(Grant.role, Grant.division))

    async def persons_holding(self, role: str, division: str) -> Sequence[UUID]:
        """The people whose accounts hold a role over a division today (index on role and division)."""
        await self.open()
        now = self.work.now
        held = select(Residency.person_id).join(Grant, Grant.account_id == Residency.account_id)
        held = held.where(Grant.role == role, Grant.division.in_(ancestors(division)))
        held = held.where(or_(Grant.valid_from.is_(None), Grant.valid_from <= now))
        held = held.where(or_(Grant.valid_to.is_(None), Grant.valid_to > now))
        return (await self.session.scalars(held.distinct().limit(MANY))).all()

    async def give(
        self, account_id: UUID, grants: Sequence[tuple[str, str, datetime | None, datetime | None]]
    ) -> Sequence[Grant]:
        """Add grants and answer the new ones; those held already stay as they are."""
        rows = [
            {
                "id": uuid7(),
                "account_id": account_id,
                "role": role,
                "division": scope,
                "valid_from": since,
                "valid_to": end,
            }
            for role, scope, since, end in grants
        ]
        made = await self.session.scalars(insert(Grant).values(rows).on_conflict_do_nothing().returning(Grant))
        return made.all()

    async def grants_in(self, divisions: Sequence[str]) -> list[Grant]:
        """What anybody may do in exactly these divisions, locked; merges are rare, so the table is read through."""
        wanted = select(Grant).where(Grant.division.in_(divisions)).order_by(Grant.id)
        return await self.all(wanted.with_for_update())

    async def move_grant(self, row: Grant, division: str) -> bool:
        """Let a grant stand for another division; where its account has it there already, it ends with the old one."""
        same = Grant.account_id == row.account_id, Grant.role == row.role, Grant.division == division
        held = await self.first(select(Grant.id).where(*same)) is not None
        if held:
            await self.session.delete(row)
        else:
            row.division = division
        await self.session.flush()
        return not held

    async def move_homes(self, divisions: Sequence[str], division: str) -> None:
        """Let the links of accounts to persons stand under another division."""
        moved = update(Residency).where(Residency.division.in_(divisions)).values(division=division)
        await self.session.execute(moved.execution_options(synchronize_session=False))

    async def client(self, client_id: UUID) -> Client | None:
        """A client by its id."""
        return await self.session.get(Client, client_id)

    async def client_named(self, name: str) -> Client | None:
        """A client by its name."""
        return await self.first(select(Client).where(Client.name == name))

    async def residency(self, account_id: UUID) -> Residency | None:
        """The person an account belongs to."""
        return await self.first(select(Residency).where(Residency.account_id == account_id))

    async def link(self, row: Residency) -> bool:
        """Tie an account to a person; False when it is tied already."""
        columns = ("id", "division", "account_id", "resident_id", "person_id")
        values = {name: getattr(row, name) for name in columns}
        made = insert(Residency).values(values).on_conflict_do_nothing().returning(Residency.id)
        return (await self.session.scalar(made)) is not None


class Inbox(Everywhere):
    """Messages of one person."""

    async def listed(self, person_id: UUID, page: PageRequest, *, unread: bool) -> Page[InboxMessage]:
        """One page of a person's messages, newest first."""
        only = [InboxMessage.read_at.is_(None)] if unread else []
        return await self.page(InboxMessage, page, *only, person_id=person_id)

    async def take(self, person_id: UUID, message_id: UUID) -> InboxMessage:
        """A person's own message, locked; NOT_FOUND for anybody else's."""
        found = select(InboxMessage).where(InboxMessage.id == message_id, InboxMessage.person_id == person_id)
        row = await self.first(found.with_for_update(key_share=True))
        if row is None:
            raise NotFound
        self.work.note(row)
        return row

    async def unread(self, person_id: UUID) -> int:
        """How many messages a person has not read, counted up to a hundred."""
        found = select(InboxMessage.id).where(InboxMessage.person_id == person_id, InboxMessage.read_at.is_(None))
        return int(await self.session.scalar(select(func.count()).select_from(found.limit(100).subquery())) or 0)


class Feed(Repository):
    """The public events of the caller's divisions, in the order they came to stand."""

    async def next_cursor(self) -> int:
        """The next place, held against every other appender until this unit of work ends."""
        return int((await self.session.execute(_NEXT_CURSOR)).scalar_one())

    async def after(self, cursor: int, limit: int) -> list[FeedEntry]:
        """The entries behind a place."""
        return await self.all(
            select(FeedEntry).where(FeedEntry.cursor > cursor).order_by(FeedEntry.cursor).limit(limit)
        )


class Divisions(Everywhere):
    """Administrative divisions."""

    async def listed(self, parent: str | None, page: PageRequest) -> Page[Division]:
        """One page of the divisions directly below another, or of those at the top, by code."""
        above = Division.parent.is_(None) if parent is None else Division.parent == parent
        found = select(Division).where(above).order_by(Division.division).limit(page.limit + 1)
        if page.after is not None:
            found = found.where(Division.division > page.after)
        return page.cut(await self.all(found), key=lambda row: row.division)

    async def of(self, code: str) -> Division:
        """One division; NOT_FOUND when the code is unknown."""
        row = await self.first(select(Division).where(Division.division == code))
        if row is None:
            raise NotFound
        return row

    async def known(self, codes: Sequence[str]) -> set[str]:
        """Which of these codes exist."""
        return set(await self.all(select(Division.division).where(Division.division.in_(codes))))

    async def upsert(self, rows: Sequence[dict[str, Any]]) -> dict[str, bool]:
        """Write divisions; for each one that was made or changed, whether it is new."""
        if not rows:
            return {}
        new = insert(Division).values([{"id": uuid7(), **row} for row in rows])
        fields = ("name", "kind", "parent")
        changed = func.row(*(getattr(Division, name) for name in fields)).is_distinct_from(
            func.row(*(new.excluded[name] for name in fields))
        )
        written = new.on_conflict_do_update(
            index_elements=["division"], set_={name: new.excluded[name] for name in fields}, where=changed
        ).returning(Division.division, text("xmax = 0"))
        return {code: bool(is_new) for code, is_new in await self.session.execute(written)}

    def note_import(self, row: DivisionImport) -> DivisionImport:
        """Keep what became of a batch."""
        return self.add(row)


class Clocks(Repository):
    """The sandbox clocks of counties."""

    async def of(self, county: str) -> CountyClock | None:
        """The clock of a county, if it was ever moved."""
        return await self.first(select(CountyClock).where(CountyClock.division == county))

    async def take(self, county: str) -> CountyClock:
        """The clock of a county, made when missing, locked."""
        row = {"id": uuid7(), "division": county, "offset_seconds": 0, "version": 0, "event_seq": 0}
        await self.session.execute(insert(CountyClock).values(row).on_conflict_do_nothing())
        found = select(CountyClock).where(CountyClock.division == county).with_for_update()
        clock = (await self.session.scalars(found)).one()
        self.work.note(clock)
        return clock

    async def settled(self, subject: str) -> bool:
        """Whether every service has heard all an aggregate announced; what was given up on is not heard."""
        stream, delivery = kit["stream"], kit["delivery"]
        unheard = select(delivery.c.id).join(stream, stream.c.id == delivery.c.stream_id)
        unheard = unheard.where(stream.c.aggregate == subject, delivery.c.state != "done").limit(1)
        return (await self.session.execute(unheard)).first() is None
