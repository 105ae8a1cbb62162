"""Needs from before the index of words come into it by a walk that may be killed at any moment and holds nobody up."""

import asyncio
from importlib.util import module_from_spec, spec_from_file_location

import psycopg
import pytest
from asyncpg import PostgresConnectionError
from sqlalchemy import make_url

from services.needs.jobs import terms as job
from tests.harness import COMMUNITY
from tests.needs.stories import TRIAGE, done, resident, submitted, triaged, worker
from wushe import migrate

pytestmark = pytest.mark.asyncio(loop_scope="session")
LAMP, LAMP_TOO = "三号楼门前的路灯坏了，晚上看不清台阶", "楼门前路灯不亮，台阶看不清"
TERMS = "select term, division, id from need_terms order by id, term"
BEGIN = "insert into need_term_walks (id, division, created_at) values (gen_random_uuid(), '000000000000', now())"
WALKS = "select after from need_term_walks"
WAITING = "select pid from pg_locks where not granted"


@pytest.fixture(autouse=True)
def _two_at_a_time(monkeypatch):
    monkeypatch.setattr(job, "BATCH", 2)


async def walk(service):
    """The sweep, once through."""
    [sweep] = [each for each in service.app.state.sweeps.scheduled if each.name == "index_older"]
    return await service.app.state.sweeps.run(service.database, sweep)


async def test_what_was_there_before_is_found_and_danger_still_is_not(needs):
    found = await triaged(needs, resident(needs), statement=LAMP)
    for said in ("停车位太少，晚上回来没地方停车。", "楼道堆满杂物", "想办个老年食堂"):
        await submitted(resident(needs), statement=said)
    grave = await submitted(resident(needs), statement=LAMP_TOO)
    await done(worker(needs), grave, "triage", {**TRIAGE, "danger": True})
    known = await needs.sql(TERMS)
    await needs.sql("delete from need_terms where id <> :kept", kept=known[-1].id)  # one is there already
    await needs.sql(BEGIN)
    path = f"/v1/needs/{(await submitted(resident(needs), statement=LAMP_TOO))['id']}/similar"
    assert (await worker(needs).get(path)).json()["items"] == []
    assert await walk(needs) == 6
    assert [item["need_id"] for item in (await worker(needs).get(path)).json()["items"]] == [found["id"]]
    assert {tuple(row) for row in known} < {tuple(row) for row in await needs.sql(TERMS)}
    assert await needs.sql("select * from need_terms where id = :grave", grave=grave["id"]) == []
    assert await needs.sql(WALKS) == [] and await walk(needs) == 0


async def test_what_was_erased_stays_unfound(needs):
    need = await submitted(resident(needs), statement=LAMP)
    asked = {"person_id": need["author_person_id"]}
    assert (await needs.sibling("gateway", COMMUNITY).post("/internal/erasures", asked)).status_code == 201
    await needs.sql(BEGIN)
    assert await walk(needs) == 1
    assert await needs.sql(TERMS) == []


@pytest.fixture
def real(committed):
    return committed.open("needs")


@pytest.fixture
def admin(real, postgres):
    url = postgres.url(make_url(real.app.state.settings.database_url).database)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


async def before_the_index(real, admin, count=5):
    """So many needs, and what the index held of them until it was emptied."""
    for number in range(count):
        await submitted(resident(real), statement=f"第 {number} 栋的路灯坏了")
    known = admin.execute(TERMS).fetchall()
    admin.execute("delete from need_terms")
    admin.execute(BEGIN)
    return known


async def test_a_walk_whose_connection_dies_goes_on_after_its_last_whole_batch(real, admin):
    known = await before_the_index(real, admin)
    idents = sorted({row[2] for row in known})
    with psycopg.connect(admin.info.dsn, password=admin.info.password) as holder:
        stopped_at = next(row for row in known if row[2] == idents[3])
        holder.execute("insert into need_terms values (%s, %s, %s)", stopped_at)  # the second batch waits for this one
        walking = asyncio.create_task(walk(real))
        while not (waiting := admin.execute(WAITING).fetchone()):
            await asyncio.sleep(0.002)
        admin.execute("select pg_terminate_backend(%s)", waiting)
        with pytest.raises((PostgresConnectionError, OSError)):
            await walking
        holder.rollback()
    assert admin.execute(WALKS).fetchall() == [(idents[1],)]
    assert {row[2] for row in admin.execute(TERMS)} == set(idents[:2])
    assert await walk(real) == 3
    assert admin.execute(TERMS).fetchall() == known


async def test_a_need_somebody_is_changing_is_not_waited_for_and_comes_next(real, admin):
    known = await before_the_index(real, admin)
    idents = sorted({row[2] for row in known})
    with psycopg.connect(admin.info.dsn, password=admin.info.password) as holder:
        holder.execute("update needs set danger = true where id = %s", (idents[3],))
        assert await walk(real) == 3
        holder.commit()
    assert await walk(real) == 2
    assert admin.execute(TERMS).fetchall() == [row for row in known if row[2] != idents[3]]


async def test_the_migration_begins_a_walk_only_where_needs_are(real, admin):
    path = next((migrate.HISTORY / "needs").glob("*_walk_older_needs.py"))
    spec = spec_from_file_location("walk_older_needs", path)
    migration = module_from_spec(spec)
    spec.loader.exec_module(migration)
    with psycopg.connect(real.app.state.settings.database_url.replace("+asyncpg", "")) as runtime:
        for expected in (0, 1):
            runtime.execute(migration._WHOLE)
            runtime.execute(migration._BEGIN)
            assert len(runtime.execute(WALKS).fetchall()) == expected
            runtime.commit()
            await submitted(resident(real), statement=LAMP)
