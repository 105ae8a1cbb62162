"""The public ballot log: salted leaves, a Merkle tree over them, and receipts that show no answer."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from wushe.errors import FieldError, InvalidInput, Refusal

RATINGS = range(1, 6)
TOKEN_BYTES = range(32, 257)


class BallotFinal(Refusal):
    """A ballot is final once cast (E3); the token has been used with other answers."""

    status = 409
    zh = "您已经提交过评价，评价提交后不能修改。"
    en = "This token has already been used; a ballot is final once cast."
    toast = "已经评价过"


class EvaluationClosed(Refusal):
    """Ballots are taken only between opening and closing."""

    status = 409
    zh = "本次评价已经结束，感谢您的参与。"
    en = "This evaluation is closed; no more ballots are taken."
    toast = "评价已结束"


def check_answers(answers: Mapping[str, int], codes: Iterable[str]) -> None:
    """Every item of the scheme answered with 1 to 5 and nothing else, or 422 naming each item."""
    expected = list(codes)
    wrong = [_missing(code) for code in expected if code not in answers]
    wrong += [_unknown(code) for code in answers if code not in expected]
    wrong += [_out_of_range(code) for code in expected if code in answers and answers[code] not in RATINGS]
    if wrong:
        raise InvalidInput(errors=wrong)


def leaf(salt: bytes, answers: Mapping[str, int]) -> str:
    """H(salt‖ballot) in hex; without the salt it says nothing about the answers."""
    return hashlib.sha256(salt + canonical(answers)).hexdigest()


def receipt(leaf_hex: str) -> str:
    """A form of the leaf one can write down or read out."""
    return "-".join(leaf_hex[start : start + 4] for start in range(0, 16, 4)).upper()


def canonical(value: object) -> bytes:
    """One byte string per meaning: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def root(leaves: Sequence[str]) -> str:
    """The Merkle tree hash (RFC 9162 §2.1.1, SHA-256) over the leaves in ascending order."""
    return _tree([hashlib.sha256(b"\x00" + bytes.fromhex(each)).digest() for each in sorted(leaves)]).hex()


def _tree(nodes: list[bytes]) -> bytes:
    if not nodes:
        return hashlib.sha256(b"").digest()
    if len(nodes) == 1:
        return nodes[0]
    split = 1 << (len(nodes) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _tree(nodes[:split]) + _tree(nodes[split:])).digest()


def _missing(code: str) -> FieldError:
    return FieldError(f"/answers/{code}", "REQUIRED", "请回答这一题。", "Please answer this item.")


def _unknown(code: str) -> FieldError:
    return FieldError(f"/answers/{code}", "UNKNOWN", "评价方案中没有这一题。", "The scheme has no such item.")


def _out_of_range(code: str) -> FieldError:
    return FieldError(f"/answers/{code}", "OUT_OF_RANGE", "请选择 1 到 5 分。", "Choose a rating from 1 to 5.")
