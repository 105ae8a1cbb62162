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


def fresh_digits() -> str:
    """Six digits for a telephone; few tries and few minutes make up for their shortness."""
    return f"{secrets.randbelow(1_000_000):06d}"


def fingerprint(code: str) -> str:
    """What is stored of a code; spaces, dashes and case do not matter."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return sha256(plain.encode()).hexdigest()


def spelled(digest: str) -> str:
    """Sixteen characters in groups of four (77 bits) of a hexadecimal digest nobody can make without its key."""
    number, found = int(digest, 16), ""
    for _ in range(16):
        number, place = divmod(number, len(_ALPHABET))
        found += _ALPHABET[place]
    return "-".join(found[start : start + 4] for start in range(0, 16, 4))
