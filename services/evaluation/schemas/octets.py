"""Bytes on the wire: base64url, with or without padding."""

import base64
import binascii
from typing import Annotated

from pydantic import AfterValidator, Field


def _octets(text: str) -> str:
    try:
        decode(text)
    except (ValueError, binascii.Error) as fault:
        raise ValueError("base64url expected") from fault
    return text


def decode(text: str) -> bytes:
    """The bytes of a base64url text, with or without padding."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def encode(raw: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


Octets = Annotated[str, Field(min_length=1, max_length=1024, examples=["AAECAwQFBgc"]), AfterValidator(_octets)]
