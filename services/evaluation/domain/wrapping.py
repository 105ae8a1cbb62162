"""Issuing keys at rest: AES-256-GCM under a key-encryption key, bound to the key they belong to."""

import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


def wrap(kek: bytes, private_der: bytes, *, key_id: str) -> bytes:
    """The private half as stored."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(kek).encrypt(nonce, private_der, key_id.encode())


def unwrap(kek: bytes, wrapped: bytes, *, key_id: str) -> bytes:
    """The private half again; fails for another key-encryption key or another key."""
    return AESGCM(kek).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.encode())
