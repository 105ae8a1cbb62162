"""Short ways to a table that is taken in: files, uploads, and the job that works through them."""

import csv
import io
from typing import Any
from uuid import UUID

from tests.harness import Actor, Service

EDGE = "----table"


def csv_of(*rows: dict[str, Any], encoding: str = "utf-8") -> bytes:
    """A table of these rows, its columns those of the first."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def upload(content: bytes, name: str = "a.csv", **fields: str) -> dict[str, Any]:
    """Body and headers of an upload as ``wx.uploadFile`` sends it."""
    named = f"--{EDGE}\r\nContent-Disposition: form-data; name="
    parts = [f'{named}"{key}"\r\n\r\n{value}' for key, value in fields.items()]
    head = f'{named}"file"; filename="{name}"\r\n\r\n'
    body = "\r\n".join([*parts, head]).encode() + content + f"\r\n--{EDGE}--\r\n".encode()
    return {"content": body, "headers": {"content-type": f"multipart/form-data; boundary={EDGE}"}}


async def sent(actor: Actor, collection: str, content: bytes, name: str = "a.csv", **fields: str) -> dict[str, Any]:
    """The operation that takes a table in, not yet begun."""
    answer = await actor.post(f"/v1/{collection}/imports", **upload(content, name, **fields))
    assert answer.status_code == 202, answer.text
    return answer.json()


async def work(service: Service, operation: dict[str, Any]) -> None:
    """Do what the deferred job does."""
    [deferred] = await service.sql(
        "select args from procrastinate_jobs where task_name = 'take_in_rows' and args ->> 'operation_id' = :ident",
        ident=operation["id"].removeprefix("needs."),
    )
    await service.app.state.sweeps.tasks["take_in_rows"](service.database, **deferred.args)


async def imported(
    service: Service, actor: Actor, collection: str, content: bytes, name: str = "a.csv", **fields: str
) -> dict[str, Any]:
    """The operation when it is done."""
    operation = await sent(actor, collection, content, name, **{"dry_run": "false", **fields})
    await work(service, operation)
    return (await actor.get(f"/v1/operations/{operation['id']}")).json()


async def report(actor: Actor, operation: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    """What came of the rows, at most two hundred."""
    answer = await actor.get(f"/v1/operations/{operation['id']}/rows?limit=200{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def ident(operation: dict[str, Any]) -> UUID:
    return UUID(operation["id"].removeprefix("needs."))
