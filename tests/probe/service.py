"""Things with a name and a counter: just enough to exercise every promise of the kit."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import FastAPI
from pydantic import AwareDatetime
from sqlalchemy import Index
from sqlalchemy.orm import DeclarativeBase, Mapped

from wushe.app import create_service
from wushe.authorize import PUBLIC, SERVICE, Roles
from wushe.db import TYPES, Aggregate
from wushe.errors import ActionNotAllowed
from wushe.inbox import Consumers, Heard
from wushe.jobs import Sweeps, worker
from wushe.outbox import Event
from wushe.pages import Page, Paging
from wushe.repository import Repository
from wushe.routes import DivisionCode, Flag, In, Out, Router, ShortText, Whole, Working
from wushe.settings import Settings
from wushe.tables import kit_tables, service_metadata
from wushe.uploads import Upload, Uploaded
from wushe.work import Database, Work


class State(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class Base(DeclarativeBase):
    metadata = service_metadata()
    type_annotation_map = TYPES


kit_tables(Base.metadata)


class Thing(Base, Aggregate):
    __tablename__ = "things"
    __table_args__ = (Index("ix_things_division", "division", "id"),)
    name: Mapped[str]
    count: Mapped[int]
    state: Mapped[State]
    due_at: Mapped[datetime | None]


class ThingMade(Event):
    type: ClassVar[str] = "cn.wushe.probe.thing.made.v1"
    public: ClassVar[bool] = True
    subscribers: ClassVar[tuple[str, ...]] = ("listener",)
    thing_id: UUID
    name: str


class ThingCounted(Event):
    type: ClassVar[str] = "cn.wushe.probe.thing.counted.v1"
    subscribers: ClassVar[tuple[str, ...]] = ("listener",)
    thing_id: UUID
    count: int


class ThingIn(In):
    name: ShortText
    division: DivisionCode
    count: Whole = 0
    flag: Flag = False
    due_at: AwareDatetime | None = None


class ThingOut(Out):
    id: UUID
    division: str
    name: str
    count: int
    state: State
    version: int


router = Router("things")
WORKER = Roles("worker")


@router.create("/v1/things", access=WORKER, operation="makeThing", summary="新建 · Make")
async def make(body: ThingIn, work: Working) -> ThingOut:
    repo = Repository(work)
    fields = body.model_dump(exclude={"flag"})
    thing = repo.add(Thing(state=State.OPEN, **fields))
    work.record(thing, "make", ThingMade(thing_id=thing.id, name=thing.name))
    return ThingOut.model_validate(thing)


@router.verb("/v1/things/{thing_id}/shut", access=WORKER, operation="shutThing", summary="关闭 · Shut", if_match=True)
async def shut(thing_id: UUID, work: Working) -> ThingOut:
    thing = await Repository(work).lock(Thing, thing_id)
    if thing.state is State.SHUT:
        raise ActionNotAllowed(state=thing.state, verb="shut", allowed=["count"])
    thing.state = State.SHUT
    work.record(thing, "shut")
    return ThingOut.model_validate(thing)


@router.verb("/v1/things/{thing_id}/count", access=WORKER, operation="countThing", summary="计数 · Count")
async def count(thing_id: UUID, work: Working) -> ThingOut:
    thing = await Repository(work).lock(Thing, thing_id)
    thing.count += 1
    work.record(thing, "count", ThingCounted(thing_id=thing.id, count=thing.count))
    return ThingOut.model_validate(thing)


@router.read("/v1/things/{thing_id}", access=WORKER, operation="getThing", summary="查看 · Get", hot=True)
async def get(thing_id: UUID, work: Working) -> ThingOut:
    return ThingOut.model_validate(await Repository(work).get(Thing, thing_id))


@router.read("/v1/things", access=WORKER, operation="listThings", summary="列表 · List")
async def list_things(page: Paging, work: Working, state: State | None = None) -> Page[ThingOut]:
    return await Repository(work).page(Thing, page, state=state)


@router.read("/v1/hello", access=PUBLIC, operation="hello", summary="问候 · Hello")
async def hello() -> dict[str, str]:
    return {"hello": "world"}


@router.read("/internal/things", access=SERVICE, operation="internalThings", summary="内部 · Internal")
async def internal(work: Working) -> dict[str, str]:
    return {"issuer": work.caller.issuer}


@router.create("/v1/secrets", access=WORKER, operation="makeSecret", summary="密码 · Secret", secret=True)
async def secret(body: ThingIn, work: Working) -> dict[str, str]:
    thing = await make(body, work)
    return {"id": str(thing.id), "secret": "hush"}


class PictureIn(In):
    division: DivisionCode
    flag: Flag = False
    state: State | None = None


class PictureOut(Out):
    id: UUID
    name: str
    media: str
    size: int
    sha256: str
    flag: bool
    state: State | None


PICTURES = Upload({"image/png": (".png",), "text/csv": (".csv",)}, max_bytes=2_000_000, fields=PictureIn)


@router.create("/v1/pictures", access=WORKER, operation="sendPicture", summary="图片 · Picture", upload=PICTURES)
async def picture(sent: Uploaded, work: Working) -> PictureOut:
    thing = Repository(work).add(Thing(division=sent.fields.division, name=sent.name, count=0, state=State.OPEN))
    work.record(thing, "make", ThingMade(thing_id=thing.id, name=thing.name))
    assert hashlib.sha256(sent.content.read()).hexdigest() == sent.sha256
    told = {name: getattr(sent, name) for name in ("name", "media", "size", "sha256")}
    return PictureOut(id=thing.id, flag=sent.fields.flag, state=sent.fields.state, **told)


consumers = Consumers()


class Told(Heard):
    thing_id: UUID
    name: str


@consumers.on("cn.wushe.listener.name.told.v1")
async def told(work: Work, event: Told) -> None:
    thing = await Repository(work).lock(Thing, event.thing_id)
    thing.name, thing.count = event.name, thing.count + 1
    work.record(thing, "tell", ThingCounted(thing_id=thing.id, count=thing.count))


sweeps = Sweeps()


@sweeps.task("tidy")
async def tidy(database: Database) -> None:
    async with database.work(worker("probe")) as work:
        thing = Repository(work).add(Thing(division="350502001001", name="扫", count=0, state=State.OPEN))
        work.record(thing, "make", ThingMade(thing_id=thing.id, name=thing.name))


def create_app(settings: Annotated[Settings, "probe"]) -> FastAPI:
    return create_service("probe", settings, routers=[router], consumers=consumers, sweeps=sweeps)
