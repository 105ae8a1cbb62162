"""A store that speaks S3 over real HTTP: PUT, GET, HEAD, DELETE and listing of one bucket, signed requests only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import md5, sha256
from xml.sax.saxutils import escape

from aiohttp import web

BUCKET = "wushe-files"
CREDENTIALS = {"access_key_id": "AKIAFAKE", "secret_access_key": "a-secret-of-the-test", "region": "cn-test-1"}
_LISTING = '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>{}</ListBucketResult>'


@dataclass
class FakeS3:
    """What lies in the bucket, what was asked, and whether the store is having a bad day."""

    kept: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    unsigned: int = 0
    away: bool = False
    address: str = ""

    async def serve(self, request: web.Request) -> web.Response:
        self.asked.append(f"{request.method} {request.path}")
        if self.away:
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>")
        body = await request.read()
        if not self._is_signed(request, body):
            self.unsigned += 1
            return web.Response(status=403, text="<Error><Code>SignatureDoesNotMatch</Code></Error>")
        bucket, _, key = request.path.removeprefix("/").partition("/")
        if bucket != BUCKET:
            return web.Response(status=404, text="<Error><Code>NoSuchBucket</Code></Error>")
        return self._act(request.method, key, body)

    def _is_signed(self, request: web.Request, body: bytes) -> bool:
        """The header of a SigV4 request, for our key, with the digest of what came."""
        said = request.headers.get("authorization", "")
        digest = request.headers.get("x-amz-content-sha256", "")
        named = f"AWS4-HMAC-SHA256 Credential={CREDENTIALS['access_key_id']}/"
        whole = digest in {sha256(body).hexdigest(), "UNSIGNED-PAYLOAD"}
        return said.startswith(named) and "/cn-test-1/s3/aws4_request" in said and "Signature=" in said and whole

    def _act(self, method: str, key: str, body: bytes) -> web.Response:
        if method == "PUT":
            self.kept[key] = body
            return web.Response(headers={"etag": _etag(body)})
        if not key and method == "GET":
            rows = "".join(f"<Contents><Key>{escape(name)}</Key></Contents>" for name in sorted(self.kept))
            return web.Response(text=_LISTING.format(rows), content_type="application/xml")
        if method == "DELETE":
            self.kept.pop(key, None)
            return web.Response(status=204)
        if key not in self.kept:
            return web.Response(status=404, text="<Error><Code>NoSuchKey</Code></Error>")
        found = self.kept[key]
        headers = {"etag": _etag(found), "last-modified": "Mon, 02 Nov 2026 08:00:00 GMT"}
        return web.Response(body=found, headers=headers)


def _etag(content: bytes) -> str:
    return f'"{md5(content, usedforsecurity=False).hexdigest()}"'


@asynccontextmanager
async def s3_running() -> AsyncIterator[FakeS3]:
    """The store on a free port."""
    fake, app = FakeS3(), web.Application(client_max_size=64 << 20)
    app.router.add_route("*", "/{anything:.*}", fake.serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        fake.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield fake
    finally:
        await runner.cleanup()
