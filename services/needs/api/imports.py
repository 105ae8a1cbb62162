"""The route by which a collection takes in a table."""

from typing import Any

from fastapi import Request

from services.needs.repository import Operations
from services.needs.schemas.operations import ImportFields, OperationOut
from services.needs.usecases import imports as cases
from services.needs.usecases.imports import Importer, Sent
from wushe import rules, sheets
from wushe.authorize import Access
from wushe.errors import OutOfScope
from wushe.identity import Caller
from wushe.routes import Router, Working
from wushe.sheets import Limits
from wushe.uploads import Upload, Uploaded

TABLE = Upload(sheets.KINDS, max_bytes=16_777_216, fields=ImportFields)


async def _read(request: Request, caller: Caller, _: str) -> Sent:
    """Read the table before anything is begun: in a process of its own, within the rule ``import_limits``."""
    async with request.app.state.databases["main"].work(caller) as work:
        limits = await rules.value(work, "import_limits", caller.scope)
    sent = request.state.upload
    table = await sheets.read(sent.content, sent.media, Limits(rows=limits["rows"]))
    return Sent(table, sent.sha256, {"division": sent.fields.division or caller.scope})


def offer(router: Router, importer: Importer, *, access: Access, operation: str, summary: str) -> None:
    """Let a collection take in tables: csv, xlsx or ndjson, by default as a trial (``POST /v1/…/imports``)."""

    @router.start(
        f"/v1/{importer.collection}/imports",
        access=access,
        operation=operation,
        summary=summary,
        upload=TABLE,
        ahead=_read,
        refusals=[*sheets.REFUSALS, cases.ColumnsNotUnderstood, OutOfScope],
    )
    async def begin(sent: Uploaded, work: Working) -> OperationOut:
        """Take in a table row by row; ask the operation how far it is and what came of each row."""
        work.claim(sent.fields.division or work.caller.scope)
        found: Any = work.ahead
        begun = await cases.begin(
            operations=Operations(work), importer=importer, sent=found, dry_run=sent.fields.dry_run
        )
        return OperationOut.of(begun)
