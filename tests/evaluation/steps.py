"""What tests of evaluation do over and over: a project, its records, credentials and ballots."""

import base64
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from services.evaluation.domain import blind
from services.evaluation.domain.scheme import DEFAULT
from services.evaluation.usecases import opening
from tests.harness import COMMUNITY, Service
from wushe.jobs import worker

PROJECTS = "cn.wushe.projects"
AUTHOR, APPROVER, ORG = UUID(int=101), UUID(int=102), UUID(int=103)
GOAL = {
    "indicator": "孤独感得分",
    "unit": "分",
    "baseline": 7,
    "target": 4,
    "due_date": "2027-06-30",
    "source": "UCLA-3",
    "dimension": "outcome",
}


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def answers(rating: int = 5) -> dict[str, int]:
    return dict.fromkeys(DEFAULT.codes(), rating)


@dataclass
class Stage:
    """One project on its way through an evaluation."""

    service: Service
    project_id: UUID = field(default_factory=uuid4)
    persons: list[UUID] = field(default_factory=list)
    evaluation_id: str = ""

    @property
    def committee(self):
        return self.service.acting("committee", person=UUID(int=901))

    @property
    def worker(self):
        return self.service.acting("social_worker", person=UUID(int=902))

    @property
    def officer(self):
        return self.service.acting("street_officer", "350502001000", person=UUID(int=903))

    def resident(self, person: UUID):
        return self.service.acting("resident", person=person)

    async def designed(self, **changes: Any) -> None:
        plan = {
            "project_id": str(self.project_id),
            "title": "独居老人探访",
            "kind": "public_service",
            "author_person_id": str(AUTHOR),
            "writer_person_ids": [],
            "team_person_ids": [],
            "undertaker_org_id": str(ORG),
            "goals": [GOAL],
            "planned": {"persons": 10, "sessions": 2},
        }
        await self.hear("project.designed", plan | changes)

    async def scheme(self, **content: Any) -> dict[str, Any]:
        body = {"project_id": str(self.project_id), "division": COMMUNITY, "title": "满意度与成效评价"}
        made = await self.worker.post("/v1/schemes", json=body | content)
        assert made.status_code == 201, made.text
        return made.json()

    async def frozen(self, **content: Any) -> dict[str, Any]:
        made = await self.scheme(**content)
        frozen = await self.committee.post(f"/v1/schemes/{made['id']}/freeze", if_match=made["version"])
        assert frozen.status_code == 200, frozen.text
        return frozen.json()

    async def served(self, persons: list[UUID], *, state: str = "confirmed") -> list[UUID]:
        records = []
        for person in persons:
            records.append(uuid4())
            await self.record(records[-1], person, state)
        self.persons += [person for person in persons if state == "confirmed"]
        return records

    async def copied(self, persons: list[UUID]) -> list[UUID]:
        """As ``served``, without an event for each."""
        records = [uuid4() for _ in persons]
        await self.service.sql(
            "insert into adopted_records (id, division, project_id, person_id, state, sequence, created_at)"
            " select id, :division, :project, person, 'confirmed', 1, now()"
            " from unnest(cast(:records as uuid[]), cast(:persons as uuid[])) as pair(id, person)",
            records=records,
            persons=persons,
            division=COMMUNITY,
            project=self.project_id,
        )
        self.persons += persons
        return records

    async def record(self, record: UUID, person: UUID, state: str, *, sequence: int = 1) -> None:
        data = {"record_id": str(record), "project_id": str(self.project_id), "person_id": str(person)}
        await self.hear(f"service_record.{state}", data | {"activity_id": str(uuid4()), "minutes": 60}, sequence)

    async def completed(self, records: list[UUID], **changes: Any) -> None:
        lines = "\n".join(sorted(str(record) for record in records))
        data = {
            "project_id": str(self.project_id),
            "record_count": len(records),
            "record_digest": sha256(lines.encode()).hexdigest(),
            "delivered": {"persons": len(records), "person_times": len(records), "sessions": 2},
        }
        await self.hear("project.completed", data | changes, 9)

    async def hear(self, noun: str, data: dict[str, Any], sequence: int = 1) -> None:
        answer = await self.service.hear(f"{PROJECTS}.{noun}.v1", data, sequence=sequence)
        assert answer.status_code == 204, answer.text

    async def opened(self, count: int = 10, **plan: Any) -> dict[str, Any]:
        """From nothing to an open evaluation of ``count`` served persons."""
        await self.designed(**plan)
        await self.frozen()
        await self.completed(await self.copied([uuid4() for _ in range(count)]))
        await self.prepared()
        async with self.service.database.work(worker("evaluation")) as work:
            await opening.open_next(work, self.service.app.state.office)
        return await self.evaluation()

    async def prepared(self) -> None:
        """What the sweep does: see who waits, and prepare them once that unit of work is over."""
        async with self.service.database.work(worker("evaluation")) as work:
            found = await opening.ready(work)
        await opening.prepare(self.service.database, office=self.service.app.state.office, found=found)

    async def evaluation(self) -> dict[str, Any]:
        """The evaluation of the project, its last round when there are two."""
        found = await self.committee.get("/v1/evaluations", params={"project_id": str(self.project_id)})
        listed = found.json()["items"][0]
        self.evaluation_id = listed["id"]
        return (await self.committee.get(f"/v1/evaluations/{listed['id']}")).json()

    async def credential(self, person: UUID, detail: dict[str, Any]) -> tuple[bytes, bytes]:
        """A token and its signature, as a device makes them."""
        der = decode(detail["keys"][0]["public_key"])
        public, token = blind.load_public(der), blind.prepare(uuid4().bytes)
        hidden = blind.blind(public, token)
        issued = await self.resident(person).post(
            f"/v1/evaluations/{detail['id']}/credentials", json={"blinded": encode(hidden.message)}, key=None
        )
        assert issued.status_code == 201, issued.text
        assert issued.json()["key_id"] == detail["keys"][0]["key_id"]
        return token, blind.finalize(public, der, token, decode(issued.json()["signature"]), hidden.inverse)

    async def cast(self, token: bytes, signature: bytes, given: dict[str, int], evaluation_id: str = ""):
        body = {"token": encode(token), "signature": encode(signature), "answers": given}
        address = f"/v1/evaluations/{evaluation_id or self.evaluation_id}/ballots"
        return await self.service.anonymous().post(address, json=body, key=None)

    async def voted(self, ratings: list[int], detail: dict[str, Any]) -> list[dict[str, Any]]:
        """One ballot per rating, by the first persons on the roster."""
        receipts = []
        for person, rating in zip(self.persons, ratings, strict=False):
            cast = await self.cast(*await self.credential(person, detail), answers(rating))
            assert cast.status_code == 201, cast.text
            receipts.append(cast.json())
        return receipts

    async def closed(self, ratings: list[int], count: int = 10) -> dict[str, Any]:
        """An evaluation whose window has passed, with its draft report."""
        detail = await self.opened(count)
        await self.voted(ratings, detail)
        await self.service.advance(days=15)
        return (await self.committee.get(f"/v1/evaluations/{detail['id']}/report")).json()
