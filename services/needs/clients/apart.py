"""Work that would stall requests, done in a process that ends with it and gives its memory back."""

import asyncio
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

from wushe.lifeline import die_with_parent

Answer = TypeVar("Answer")


async def apart(function: Callable[..., Answer], *arguments: Any, small: bool = False) -> Answer:
    """The answer of a function of a module; ``small`` work is done in a thread, which begins at once."""
    if small:
        return await asyncio.to_thread(function, *arguments)
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=die_with_parent, initargs=(os.getpid(),))
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, function, *arguments)
    finally:
        pool.shutdown(wait=False)
