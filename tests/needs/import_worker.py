"""A job worker of needs that takes in one table and is killed in the middle: run with a database and an operation."""

import asyncio
import sys

from tests.harness import application
from wushe.provision import Addresses


async def main(url: str, operation_id: str) -> None:
    app = application("needs", lambda _: Addresses(url, url))
    await app.state.sweeps.tasks["take_in_rows"](app.state.databases["main"], operation_id=operation_id)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
