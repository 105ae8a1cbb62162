"""What the gateway does with what the services announce: notices go to inboxes, public events to the feed."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from gateway.repository import Accounts, Feed, Files, Inbox, Pushes
from gateway.usecases import accounts, feed, files, inbox, personal, pushing
from wushe.inbox import Consumers, Heard
from wushe.work import Work

consumers = Consumers()


class About(BaseModel):
    """The object a notice speaks of."""

    model_config = ConfigDict(extra="ignore")

    collection: str
    id: UUID


class NoticeIssued(Heard):
    """A service has something to tell one person."""

    person_id: UUID
    code: str
    zh: str
    en: str
    about: About


class StaffNoticed(Heard):
    """A service has something to tell whoever has a duty over a division."""

    role: str
    code: str
    zh: str
    en: str
    about: About


class Announced(Heard):
    """Any event; what it carries beside its envelope stays as it is."""

    model_config = ConfigDict(extra="allow")


@consumers.on("cn.wushe.needs.notice.issued.v1")
@consumers.on("cn.wushe.projects.notice.issued.v1")
@consumers.on("cn.wushe.evaluation.notice.issued.v1")
@consumers.on("cn.wushe.resources.notice.issued.v1")
async def notice_issued(work: Work, event: NoticeIssued) -> None:
    """Put the notice into the person's inbox, and send it out where they allow it."""
    message = await inbox.deliver(
        inbox=Inbox(work),
        division=event.division,
        person_id=event.person_id,
        source=event.source.strip("/"),
        code=event.code,
        zh=event.zh,
        en=event.en,
        about=event.about.model_dump(mode="json"),
    )
    await pushing.plan(pushes=Pushes(work), message=message)


class FileAttached(Heard):
    """An object of a service has a file; which one, the envelope says."""

    file_id: UUID


@consumers.on("cn.wushe.needs.file.attached.v1")
async def file_attached(work: Work, event: FileAttached) -> None:
    """Keep the file as long as the object has it."""
    owner = event.source.strip("/")
    await files.attach(files=Files(work), file_id=event.file_id, owner=owner, subject=event.subject)


@consumers.on("cn.wushe.needs.staff.noticed.v1")
async def staff_noticed(work: Work, event: StaffNoticed) -> None:
    """Put a word into the inbox of everybody who holds a role over the division."""
    for person_id in await Accounts(work).persons_holding(event.role, event.division):
        await inbox.deliver(
            inbox=Inbox(work),
            division=event.division,
            person_id=person_id,
            source=event.source.strip("/"),
            code=event.code,
            zh=event.zh,
            en=event.en,
            about=event.about.model_dump(mode="json"),
        )


class DivisionRemapped(Heard):
    """What stood under some codes now stands under another."""

    from_codes: tuple[str, ...]
    to_code: str


@consumers.on("cn.wushe.needs.division.remapped.v1")
async def division_remapped(work: Work, event: DivisionRemapped) -> None:
    """Let people go on where their divisions went."""
    await accounts.follow_merge(accounts=Accounts(work), from_codes=event.from_codes, to_code=event.to_code)


class PersonErased(Heard):
    """A person asked to be erased."""

    person_id: UUID
    erasure_id: UUID
    file_ids: tuple[UUID, ...] = ()


@consumers.on("cn.wushe.needs.person.erased.v1")
async def person_erased(work: Work, event: PersonErased) -> None:
    """Let go of the person, and say so."""
    await personal.erase(
        work, person_id=event.person_id, erasure_id=event.erasure_id, files=event.file_ids, division=event.division
    )


@consumers.every
async def announced(work: Work, event: Announced) -> None:
    """Append a public event to the feed; what is not public is nobody's business."""
    if event.public:
        values = {
            "event_id": event.event_id,
            "source": event.source,
            "type": event.type,
            "subject": event.subject,
            "sequence": event.sequence,
            "time": event.time,
            "data": dict(event.model_extra or {}),
        }
        await feed.append(feed=Feed(work), division=event.division, values=values)
