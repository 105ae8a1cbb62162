"""RFC 9474: the published vectors, the round trip, and what is refused."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from services.evaluation.domain import blind

VECTORS = json.loads((Path(__file__).parent / "rfc9474_vectors.json").read_text())


def number(text: str) -> int:
    return int(text.removeprefix("0x"), 16)


def octets(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def public_der(key: blind.PublicKey) -> bytes:
    numbers = rsa.RSAPublicNumbers(key.e, key.n).public_key()
    return numbers.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture(scope="module")
def pair() -> blind.KeyPair:
    return blind.generate()


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_published_vectors(vector):
    key = blind.PrivateKey(*(number(vector[name]) for name in "nedpq"))
    prepared, salt = octets(vector["input_msg"]), octets(vector["salt"])
    assert prepared == octets(vector["msg_prefix"]) + octets(vector["msg"])
    hidden = blind.blind(key.public, prepared, salt=salt, inverse=number(vector["inv"]))
    assert hidden.message == octets(vector["blinded_msg"])
    signed = blind.blind_sign(key, hidden.message)
    assert signed == octets(vector["blind_sig"])
    unblinded = int.from_bytes(signed, "big") * hidden.inverse % key.n
    signature = unblinded.to_bytes(key.public.length, "big")
    assert signature == octets(vector["sig"])
    blind.verify(public_der(key.public), prepared, signature, salt_bytes=len(salt))


def test_a_token_is_signed_unseen_and_verifies(pair):
    public = blind.load_public(pair.public_der)
    prepared = blind.prepare(b"ballot")
    hidden = blind.blind(public, prepared)
    signature = blind.finalize(
        public, pair.public_der, prepared, blind.sign(pair.private_der, hidden.message), hidden.inverse
    )
    blind.verify(pair.public_der, prepared, signature)
    with pytest.raises(blind.SignatureInvalid):
        blind.verify(pair.public_der, prepared + b"x", signature)


def test_the_signer_sees_another_number_each_time(pair):
    public = blind.load_public(pair.public_der)
    prepared = blind.prepare(b"ballot")
    assert blind.blind(public, prepared).message != blind.blind(public, prepared).message


def test_two_prepared_messages_differ():
    assert blind.prepare(b"same") != blind.prepare(b"same")


def test_signing_the_same_blinded_message_twice_gives_one_signature(pair):
    hidden = blind.blind(blind.load_public(pair.public_der), blind.prepare(b"ballot"))
    assert blind.sign(pair.private_der, hidden.message) == blind.sign(pair.private_der, hidden.message)


@pytest.mark.parametrize("make", [lambda n: n, lambda n: n + 1, lambda n: 0])
def test_a_number_outside_the_modulus_is_refused(pair, make):
    public = blind.load_public(pair.public_der)
    with pytest.raises(blind.BlindedMessageInvalid):
        blind.sign(pair.private_der, make(public.n).to_bytes(public.length, "big"))


def test_a_short_blinded_message_is_refused(pair):
    with pytest.raises(blind.BlindedMessageInvalid):
        blind.sign(pair.private_der, b"\x01" * 383)


def test_a_forged_blind_signature_is_noticed_by_the_device(pair):
    public = blind.load_public(pair.public_der)
    prepared = blind.prepare(b"ballot")
    hidden = blind.blind(public, prepared)
    with pytest.raises(blind.SignatureInvalid):
        blind.finalize(public, pair.public_der, prepared, b"\x02" * public.length, hidden.inverse)
    with pytest.raises(blind.SignatureInvalid):
        blind.finalize(public, pair.public_der, prepared, b"\x02", hidden.inverse)


def test_a_faulty_prime_never_leaves_a_signature(pair):
    key = blind.load_private(pair.private_der)
    broken = blind.PrivateKey(key.n, key.e, key.d ^ 2, key.p, key.q)
    hidden = blind.blind(key.public, blind.prepare(b"ballot"))
    with pytest.raises(blind.SigningFault):
        blind.blind_sign(broken, hidden.message)
