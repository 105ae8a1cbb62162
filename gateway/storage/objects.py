"""Stored bytes, named by what they are: the key of an object is the SHA-256 of its content.

A local folder or any store that speaks S3. Nothing here knows whose the bytes are.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any

from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from wushe.errors import Unavailable

PART_BYTES = 262_144
_PATIENCE: dict[str, Any] = {
    "client_options": {"timeout": "10s", "connect_timeout": "2s", "allow_http": True},
    "retry_config": {"max_retries": 2, "retry_timeout": timedelta(seconds=8)},
    "disable_bulk_delete": True,  # many stores that speak S3 do not know it
}
_FAULTS = (BaseError, OSError, ValueError)


def key_of(content: bytes) -> str:
    """The name of an object: the SHA-256 of its content, in hexadecimal."""
    return sha256(content).hexdigest()


class Objects:
    """The store of one gateway."""

    def __init__(self, url: str, **credentials: str) -> None:
        """``credentials`` are those of S3: endpoint, region, access_key_id, secret_access_key; a folder needs none."""
        self._url, self._credentials = url, credentials

    @cached_property
    def _store(self) -> ObjectStore:
        return _opened(self._url, self._credentials)

    async def put(self, content: bytes) -> str:
        """Store bytes under their own name, whole or not at all; what is there already is written once more."""
        key = key_of(content)
        try:
            await self._store.put_async(_path(key), content, use_multipart=False)
        except _FAULTS as fault:
            raise Unavailable(retry_after=2) from fault
        return key

    async def read(self, key: str) -> bytes:
        """All bytes of an object; UNAVAILABLE when they cannot be had."""
        try:
            found = await self._store.get_async(_path(key))
            return bytes(await found.bytes_async())
        except _FAULTS as fault:
            raise Unavailable(retry_after=2) from fault

    async def open(self, key: str) -> AsyncIterator[bytes]:
        """The bytes of an object as they arrive; UNAVAILABLE before the first when it cannot be had."""
        try:
            found = await self._store.get_async(_path(key))
        except _FAULTS as fault:
            raise Unavailable(retry_after=2) from fault
        return _parts(found)

    async def has(self, key: str) -> bool:
        """Whether an object is there."""
        try:
            await self._store.head_async(_path(key))
        except FileNotFoundError:
            return False
        except _FAULTS as fault:
            raise Unavailable(retry_after=2) from fault
        return True

    async def delete(self, key: str) -> None:
        """Remove an object; one that is gone already is removed as well."""
        try:
            await self._store.delete_async(_path(key))
        except FileNotFoundError:
            return
        except _FAULTS as fault:
            raise Unavailable(retry_after=2) from fault


async def _parts(found: Any) -> AsyncIterator[bytes]:
    async for part in found.stream(min_chunk_size=PART_BYTES):
        yield bytes(part)


def _opened(url: str, credentials: dict[str, str]) -> ObjectStore:
    options: dict[str, Any] = {"mkdir": True} if url.startswith("file:") else {}
    if url.startswith("s3://"):
        given = {name: value for name, value in credentials.items() if value}
        # A store with an address of its own takes the bucket in the path; only Amazon's has names for buckets.
        options = {**_PATIENCE, **given, "virtual_hosted_style_request": "endpoint" not in given}
    return from_url(url, **options)


def _path(key: str) -> str:
    return f"{key[:2]}/{key}"
