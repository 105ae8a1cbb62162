"""Printed slips that tie an account to a resident: easy to type, useless in the database."""

import secrets
from hashlib import sha256

# Without I, L, O, U and without 0, 1: nothing on paper can be misread.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12


def fresh() -> str:
    """A new code of twelve characters in groups of four (58 bits)."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(drawn[start : start + 4] for start in range(0, _LENGTH, 4))


def fingerprint(code: str) -> str:
    """What is stored of a code; spaces, dashes and case do not matter."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return sha256(plain.encode()).hexdigest()
