"""Sealed fields: a data key for each row, wrapped under a versioned key, and a keyed index to find rows by."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC

from wushe.identity import derive

Suite = Literal["international", "gm"]
_NONCE, _TAG = 12, 16
_KEY_BYTES = 32
_LINE = re.compile(r"(?P<name>index|[1-9]\d{0,5})\s+(?P<key>[0-9a-fA-F]{64})")


class SealBroken(Exception):
    """What was sealed cannot be opened: another key, another row or column, or altered bytes; which, nobody can say."""

    def __init__(self, place: str, version: int) -> None:
        super().__init__(f"{place} cannot be opened with key {version}: a wrong keys file, or bytes of another row")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A row's fields under a data key of their own; without the wrapped data key nobody ever reads them again."""

    version: int
    data_key: bytes
    content: bytes


class _Algorithms:
    """The ciphers of one suite; the first byte of what they write names it."""

    def __init__(self, mark: bytes, cipher: Any, key_bytes: int, digest: type[HashAlgorithm]) -> None:
        self.mark, self._cipher, self._key_bytes, self._digest = mark, cipher, key_bytes, digest

    def encrypt(self, key: bytes, plain: bytes, place: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        sealing = Cipher(self._cipher(key[: self._key_bytes]), modes.GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(place.encode())
        body = sealing.update(plain) + sealing.finalize()
        return self.mark + nonce + sealing.tag + body

    def decrypt(self, key: bytes, sealed: bytes, place: str) -> bytes:
        nonce, tag, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE : 1 + _NONCE + _TAG], sealed[1 + _NONCE + _TAG :]
        opening = Cipher(self._cipher(key[: self._key_bytes]), modes.GCM(nonce, tag)).decryptor()
        opening.authenticate_additional_data(place.encode())
        return opening.update(body) + opening.finalize()

    def mac(self, key: bytes, value: bytes) -> str:
        code = HMAC(key, self._digest())
        code.update(value)
        return code.finalize().hex()


# SM4 and SM3 are GB/T 32907 and GB/T 32905; both suites are authenticated in the same mode.
_SUITES = {
    "international": _Algorithms(b"\x01", algorithms.AES, 32, SHA256),
    "gm": _Algorithms(b"\x02", algorithms.SM4, 16, SM3),
}
_BY_MARK = {suite.mark: suite for suite in _SUITES.values()}


class Vault:
    """The keys of one service: every version that may still open something, and the one of the index."""

    def __init__(self, keys: Mapping[int, bytes], index_key: bytes, *, suite: Suite = "international") -> None:
        self._keys, self._index_key, self._suite = dict(keys), index_key, _SUITES[suite]
        self.current = max(self._keys)
        """The version that seals; rows under an older one wait to be wrapped again."""

    def seal(self, values: Mapping[str, Any], *, place: str) -> Sealed:
        """Seal a row's fields; ``place`` is ``table|column|row``, and they open nowhere else."""
        data_key = secrets.token_bytes(_KEY_BYTES)
        plain = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
        return self._wrap(data_key, self._suite.encrypt(data_key, plain, place), place)

    def open(self, sealed: Sealed, *, place: str) -> dict[str, Any]:
        """The fields again; SealBroken for another key, row, column or altered bytes."""
        try:
            data_key = self._unwrap(sealed, place)
            found: dict[str, Any] = json.loads(_suite_of(sealed.content).decrypt(data_key, sealed.content, place))
        except (InvalidTag, ValueError, KeyError) as fault:
            raise SealBroken(place, sealed.version) from fault
        return found

    def rewrap(self, sealed: Sealed, *, place: str) -> Sealed:
        """The same fields with their data key under the current version; what is sealed is not touched."""
        try:
            return self._wrap(self._unwrap(sealed, place), sealed.content, place)
        except (InvalidTag, ValueError, KeyError) as fault:
            raise SealBroken(place, sealed.version) from fault

    def index(self, kind: str, value: str) -> str:
        """What a value of one kind is found by; nobody without the key can make or reverse it."""
        return self._suite.mac(self._index_key, f"{kind}\0{value}".encode())

    def _wrap(self, data_key: bytes, content: bytes, place: str) -> Sealed:
        wrapped = self._suite.encrypt(self._keys[self.current], data_key, f"{place}|{self.current}")
        return Sealed(self.current, wrapped, content)

    def _unwrap(self, sealed: Sealed, place: str) -> bytes:
        key = self._keys[sealed.version]
        return _suite_of(sealed.data_key).decrypt(key, sealed.data_key, f"{place}|{sealed.version}")


def _suite_of(sealed: bytes) -> _Algorithms:
    return _BY_MARK[sealed[:1]]


def read_keys(path: Path) -> dict[str, bytes]:
    """The keys in a file of lines ``index HEX`` and ``1 HEX``, 32 bytes each; ValueError for anything else."""
    found: dict[str, bytes] = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        text = line.partition("#")[0].strip()
        match = _LINE.fullmatch(text)
        if text and (match is None or match["name"] in found):
            raise ValueError(f"line {number} of {path} is not `<version> <64 hex digits>`, or names a key twice")
        if match:
            found[match["name"]] = bytes.fromhex(match["key"])
    if "index" not in found or len(found) < 2:
        raise ValueError(f"{path} must hold a line `index <64 hex digits>` and one for each version")
    return found


def open_vault(path: Path | None, *, root: str, purpose: str, suite: Suite = "international") -> Vault:
    """The keys of a file; in development, without one, keys derived from the root."""
    if path is None:
        keys = {"index": derive(root, f"{purpose} index"), "1": derive(root, f"{purpose} 1")}
    else:
        keys = read_keys(path)
    index_key = keys.pop("index")
    return Vault({int(version): key for version, key in keys.items()}, index_key, suite=suite)
