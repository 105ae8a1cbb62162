"""Having something looked at before it is public."""

from uuid import UUID

from gateway.moderation import Checker, Finding, Verdict
from gateway.repository import Files, Wechat
from gateway.storage import Objects
from gateway.usecases import files
from wushe.identity import Caller
from wushe.work import Database

NO_PICTURE = "not_a_picture"


async def check_text(
    *, database: Database, caller: Caller, checker: Checker, appid: str, text: str, person_id: UUID | None
) -> Finding:
    """Have words looked at, as those of the person who wrote them."""
    openid = None
    if person_id is not None:
        async with database.work(caller) as work:
            users = Wechat(work)
            await users.open()
            openid = await users.openid_of(appid, person_id)
    return await checker.text(text, openid=openid)


async def check_file(
    *, database: Database, caller: Caller, checker: Checker, objects: Objects, file_id: UUID
) -> Finding:
    """Have a picture looked at; what cannot be seen, a person must hear or read."""
    async with database.work(caller) as work:
        file = await files.opened(files=Files(work), file_id=file_id)
    if file.thumbnail_sha256 is None:
        return Finding(Verdict.REVIEW, NO_PICTURE)
    return await checker.picture(await objects.read(file.thumbnail_sha256))
