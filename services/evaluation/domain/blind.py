"""Blind signatures: RSABSSA-SHA384-PSS-Randomized of RFC 9474, so that a credential cannot be tied to a ballot.

The issuing side calls ``blind_sign`` on a number it cannot read; the resident's device calls ``prepare``, ``blind``
and ``finalize``; the ballot side calls ``verify``. A signature takes about 27 ms of pure arithmetic and key generation
longer: both belong in another process, never on an event loop.
"""

import hashlib
import math
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from wushe.errors import Refusal

KEY_BITS = 3072
EXPONENT = 65537
PREFIX_BYTES = 32
SALT_BYTES = 48
DIGEST_BYTES = 48


class BlindedMessageInvalid(Refusal):
    """A blinded message is one number below the modulus, written in exactly its length."""

    status = 422
    zh = "评价凭证请求有误：盲化数据必须是 {length} 字节且小于公钥模数。"
    en = "The blinded message must be {length} bytes and represent a number below the modulus."
    toast = "凭证请求有误"


class SignatureInvalid(Refusal):
    """The token was not signed with this evaluation's issuing key."""

    status = 422
    zh = "评价凭证无效，请重新领取凭证后再提交。"
    en = "The signature on this token is not valid for this evaluation."
    toast = "凭证无效"


class SigningFault(Exception):
    """The arithmetic failed its own check; releasing the result could reveal the key."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half everyone may know."""

    n: int
    e: int

    @property
    def length(self) -> int:
        """Bytes of a signature under this key."""
        return (self.n.bit_length() + 7) // 8


@dataclass(frozen=True, slots=True, repr=False)
class PrivateKey:
    """The issuing half, with the primes kept for the Chinese remainder form."""

    n: int
    e: int
    d: int
    p: int
    q: int

    @property
    def public(self) -> PublicKey:
        """The half everyone may know."""
        return PublicKey(self.n, self.e)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A new issuing key: SubjectPublicKeyInfo and PKCS#8, both DER."""

    public_der: bytes
    private_der: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Blinded:
    """What a device sends, and the inverse it keeps."""

    message: bytes
    inverse: int


def generate(bits: int = KEY_BITS) -> KeyPair:
    """A fresh issuing key (about half a second: call it in another process)."""
    key = rsa.generate_private_key(EXPONENT, bits)
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return KeyPair(public, private)


def load_public(der: bytes) -> PublicKey:
    """The public key written in a SubjectPublicKeyInfo."""
    numbers = _rsa_public(der).public_numbers()
    return PublicKey(numbers.n, numbers.e)


def load_private(der: bytes) -> PrivateKey:
    """The private key written in a PKCS#8 document that we made ourselves."""
    key = serialization.load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("issuing keys are RSA")
    numbers = key.private_numbers()
    return PrivateKey(numbers.public_numbers.n, numbers.public_numbers.e, numbers.d, numbers.p, numbers.q)


def sign(private_der: bytes, blinded: bytes) -> bytes:
    """Load the key and sign: the one call a worker process answers."""
    return blind_sign(load_private(private_der), blinded)


def prepare(message: bytes) -> bytes:
    """The randomised message: 32 unpredictable bytes in front, so that no two tokens are alike."""
    return secrets.token_bytes(PREFIX_BYTES) + message


def blind(public: PublicKey, prepared: bytes, *, salt: bytes | None = None, inverse: int | None = None) -> Blinded:
    """Hide a prepared message; ``salt`` and ``inverse`` are given only to repeat a published vector."""
    encoded = _pss_encode(
        prepared, public.n.bit_length() - 1, secrets.token_bytes(SALT_BYTES) if salt is None else salt
    )
    number = int.from_bytes(encoded, "big")
    if math.gcd(number, public.n) != 1:
        raise SigningFault("the encoded message shares a factor with the modulus")
    kept = _unit(public.n) if inverse is None else inverse
    hidden = number * pow(pow(kept, -1, public.n), public.e, public.n) % public.n
    return Blinded(hidden.to_bytes(public.length, "big"), kept)


def accept_blinded(public: PublicKey, blinded: bytes) -> int:
    """The number a blinded message stands for, or BlindedMessageInvalid."""
    number = int.from_bytes(blinded, "big")
    if len(blinded) != public.length or not 0 < number < public.n:
        raise BlindedMessageInvalid(length=public.length)
    return number


def blind_sign(private: PrivateKey, blinded: bytes) -> bytes:
    """Sign without reading: base blinding against timing, remainders for speed, and a check against faults."""
    number = accept_blinded(private.public, blinded)
    mask = _unit(private.n)
    masked = number * pow(mask, private.e, private.n) % private.n
    signature = _remainder_power(private, masked) * pow(mask, -1, private.n) % private.n
    if pow(signature, private.e, private.n) != number:
        raise SigningFault("the signature does not verify")
    return signature.to_bytes(private.public.length, "big")


def finalize(public: PublicKey, public_der: bytes, prepared: bytes, blind_signature: bytes, inverse: int) -> bytes:
    """Unblind a signature and check it, or SignatureInvalid."""
    if len(blind_signature) != public.length:
        raise SignatureInvalid
    number = int.from_bytes(blind_signature, "big") * inverse % public.n
    signature = number.to_bytes(public.length, "big")
    verify(public_der, prepared, signature)
    return signature


def verify(public_der: bytes, prepared: bytes, signature: bytes, *, salt_bytes: int = SALT_BYTES) -> None:
    """Raise SignatureInvalid unless the token was signed with this key."""
    scheme = padding.PSS(padding.MGF1(hashes.SHA384()), salt_bytes)
    try:
        _rsa_public(public_der).verify(signature, prepared, scheme, hashes.SHA384())
    except InvalidSignature:
        raise SignatureInvalid from None


def _rsa_public(der: bytes) -> rsa.RSAPublicKey:
    key = serialization.load_der_public_key(der)
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("issuing keys are RSA")
    return key


def _unit(modulus: int) -> int:
    while True:
        candidate = secrets.randbelow(modulus - 1) + 1
        if math.gcd(candidate, modulus) == 1:
            return candidate


def _remainder_power(key: PrivateKey, number: int) -> int:
    first = pow(number % key.p, key.d % (key.p - 1), key.p)
    second = pow(number % key.q, key.d % (key.q - 1), key.q)
    return second + key.q * ((first - second) * pow(key.q, -1, key.p) % key.p)


def _pss_encode(message: bytes, bits: int, salt: bytes) -> bytes:
    # EMSA-PSS-ENCODE of RFC 8017 §9.1.1 with SHA-384 and MGF1.
    length = (bits + 7) // 8
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = bytes(length - len(salt) - DIGEST_BYTES - 2) + b"\x01" + salt
    mask = _mgf1(digest, len(block))
    masked = bytearray(left ^ right for left, right in zip(block, mask, strict=True))
    masked[0] &= 0xFF >> (8 * length - bits)
    return bytes(masked) + digest + b"\xbc"


def _mgf1(seed: bytes, length: int) -> bytes:
    rounds = range(-(-length // DIGEST_BYTES))
    return b"".join(hashlib.sha384(seed + count.to_bytes(4, "big")).digest() for count in rounds)[:length]
