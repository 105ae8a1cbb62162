"""An agency's view of the API: one gateway, callers with tokens, refusals by code, waiting with a deadline."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx

from wushe.http import new_client

AT_ONCE = 8
PATIENCE = 20.0
Found = TypeVar("Found")
Item = TypeVar("Item")


class Refused(Exception):
    """The API said no; the code is the contract."""

    def __init__(self, method: str, path: str, status: int, problem: dict[str, Any]) -> None:
        self.status, self.problem, self.code = status, problem, str(problem.get("code", "UNREADABLE"))
        super().__init__(
            f"{method} {path}: {status} {self.code} {problem.get('detail', '')} {problem.get('errors', '')}"
        )


class NotArrived(Exception):
    """Something that had to happen did not happen in time."""


@dataclass
class Gateway:
    """The one address everything is asked of."""

    url: str
    run: str
    http: httpx.AsyncClient = field(default_factory=lambda: new_client(timeout=20))
    tokens: dict[tuple[str, ...], str] = field(default_factory=dict)
    calls: int = 0

    def acting(self, role: str, scope: str, *, person: str = "", org: str = "") -> "Actor":
        """Somebody in one role over one range of divisions."""
        return Actor(self, role, scope, person, org)

    async def token(self, actor: "Actor") -> str:
        """The actor's token, from the development login, asked for once."""
        key = (actor.role, actor.scope, actor.person, actor.org)
        if key not in self.tokens:
            wanted = {"role": actor.role, "scope": actor.scope, "person_id": actor.person, "org": actor.org}
            body = {name: value for name, value in wanted.items() if value}
            answer = await self.send("POST", "/v1/auth/development", json=body)
            self.tokens[key] = answer.json()["access_token"]
        return self.tokens[key]

    async def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One call, repeated a few times while the answer says it may be repeated."""
        for attempt in range(5):
            self.calls += 1
            answer = await self.http.request(method, self.url + path, **more)
            if answer.is_success:
                return answer
            problem = _problem(answer)
            if attempt == 4 or not (problem.get("retryable") or answer.status_code == httpx.codes.TOO_MANY_REQUESTS):
                break
            await asyncio.sleep(min(float(answer.headers.get("retry-after", "0.2")), 2))
        raise Refused(method, path, answer.status_code, problem)


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = {"detail": answer.text[:200]}
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Actor:
    """A caller; writes carry a key made of who asks what, so that repeating a play repeats nothing."""

    gateway: Gateway
    role: str
    scope: str
    person: str = ""
    org: str = ""

    async def get(self, path: str, **params: Any) -> Any:
        """Read one object or one page."""
        return (await self.gateway.send("GET", path, params=params, headers=await self._headers())).json()

    async def post(self, path: str, body: Any = None, *, version: int | None = None, key: str = "") -> Any:
        """Create something or say a verb; ``version`` names the state that was seen."""
        return (await self.answer(path, body, version=version, key=key)).json()

    async def answer(self, path: str, body: Any = None, *, version: int | None = None, key: str = "") -> httpx.Response:
        """The whole answer to a write."""
        content = json.dumps({} if body is None else body, ensure_ascii=False, sort_keys=True)
        headers = await self._headers()
        headers |= {"content-type": "application/json", "idempotency-key": key or self._key(path, content, version)}
        if version is not None:
            headers["if-match"] = f'"v{version}"'
        data = content.encode() if body is not None else b""
        return await self.gateway.send("POST", path, content=data, headers=headers)

    async def act(self, collection: str, row: dict[str, Any], verb: str, body: Any = None) -> Any:
        """Say a state verb to a row as it was last seen."""
        return await self.post(f"/v1/{collection}/{row['id']}/{verb}", body, version=row["version"])

    async def refused(self, path: str, body: Any = None, *, version: int | None = None) -> tuple[int, str]:
        """The status and code of a write that must be refused."""
        try:
            await self.post(path, body, version=version, key=f"refused-{self._key(path, str(body), version)}")
        except Refused as refusal:
            return refusal.status, refusal.code
        raise NotArrived(f"POST {path} was not refused")

    async def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {await self.gateway.token(self)}"}

    def _key(self, path: str, content: str, version: int | None) -> str:
        return str(uuid5(NAMESPACE_URL, f"{self.gateway.run}|{self.person}|{self.role}|{path}|{version}|{content}"))


async def until(look: Callable[[], Awaitable[Found]], what: str, *, patience: float = PATIENCE) -> Found:
    """Look again until there is something to see; NotArrived names what was waited for."""
    deadline, pause = time.monotonic() + patience, 0.03
    while True:
        found = await look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise NotArrived(f"没有等到 · did not arrive in {patience:.0f} s: {what}")
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.4)


async def unless(act: Callable[[], Awaitable[Found]], codes: str, what: str, *, patience: float = PATIENCE) -> Found:
    """Try until it is no longer refused with one of these codes: the other service has not heard yet."""

    async def look() -> Found | None:
        try:
            return await act()
        except Refused as refusal:
            if refusal.code not in codes.split():
                raise
            return None

    found = await until(look, what, patience=patience)
    assert found is not None
    return found


async def reaches(actor: Actor, path: str, *states: str, patience: float = PATIENCE) -> dict[str, Any]:
    """The object once it is in one of these states."""

    async def look() -> dict[str, Any] | None:
        row: dict[str, Any] = await actor.get(path)
        return row if row["state"] in states else None

    found = await until(look, f"{path} in {'|'.join(states)}", patience=patience)
    assert found is not None
    return found


async def each(
    items: Iterable[Item], work: Callable[[Item], Awaitable[Found]], *, at_once: int = AT_ONCE
) -> list[Found]:
    """Do something for every item, a few at once, answers in the order of the items."""
    gate = asyncio.Semaphore(at_once)

    async def one(item: Item) -> Found:
        async with gate:
            return await work(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]


def is_id(text: str) -> bool:
    """Whether a text is one of the API's ids."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
