"""Sealed fields: bound to their row, readable while keys change, gone without their data key."""

from dataclasses import replace

import pytest

from wushe.pii import SealBroken, Vault, open_vault, read_keys

OLD, NEW, INDEX = bytes(32), b"\1" * 32, b"\2" * 32
PLACE, OTHER = "residents|sealed|1", "residents|sealed|2"
FIELDS = {"name": "张小明", "phone": "13812345678"}
SUITES = pytest.mark.parametrize("suite", ["international", "gm"])


def vault(*versions: bytes, suite="international") -> Vault:
    return Vault(dict(enumerate(versions, 1)), INDEX, suite=suite)


@SUITES
def test_what_is_sealed_opens_again_and_shows_nothing(suite):
    found = vault(OLD, suite=suite).seal(FIELDS, place=PLACE)
    assert vault(OLD, suite=suite).open(found, place=PLACE) == FIELDS
    for word in ("张小明", "13812345678"):
        assert word.encode() not in found.content + found.data_key
    again = vault(OLD, suite=suite).seal(FIELDS, place=PLACE)
    assert again.content != found.content and again.data_key != found.data_key


@SUITES
def test_rows_changed_between_each_other_are_found_out(suite):
    keys = vault(OLD, suite=suite)
    mine, theirs = keys.seal(FIELDS, place=PLACE), keys.seal({"name": "李四"}, place=OTHER)
    for swapped in (theirs, replace(mine, content=theirs.content), replace(mine, data_key=theirs.data_key)):
        with pytest.raises(SealBroken, match=r"residents\|sealed\|1 cannot be opened with key 1"):
            keys.open(swapped, place=PLACE)
    with pytest.raises(SealBroken):
        keys.open(mine, place="residents|note|1")


@SUITES
def test_a_wrong_key_and_altered_bytes_are_a_clear_fault(suite):
    found = vault(OLD, suite=suite).seal(FIELDS, place=PLACE)
    flipped = replace(found, content=found.content[:-1] + bytes([found.content[-1] ^ 1]))
    for keys, sealed in (
        (vault(NEW, suite=suite), found),
        (vault(OLD, suite=suite), flipped),
        (vault(OLD, suite=suite), replace(found, content=b"")),
        (vault(OLD, suite=suite), replace(found, version=9)),
    ):
        with pytest.raises(SealBroken, match="a wrong keys file"):
            keys.open(sealed, place=PLACE)
    for keys, sealed in ((vault(NEW, suite=suite), found), (vault(OLD, suite=suite), replace(found, version=9))):
        with pytest.raises(SealBroken):
            keys.rewrap(sealed, place=PLACE)


@SUITES
def test_rows_are_read_while_keys_change_and_after(suite):
    before = vault(OLD, suite=suite).seal(FIELDS, place=PLACE)
    during = vault(OLD, NEW, suite=suite)
    assert during.open(before, place=PLACE) == FIELDS
    after = during.rewrap(before, place=PLACE)
    assert (before.version, after.version, after.content == before.content) == (1, 2, True)
    assert during.open(after, place=PLACE) == FIELDS
    only_new = Vault({2: NEW}, INDEX, suite=suite)
    assert only_new.open(after, place=PLACE) == FIELDS
    with pytest.raises(SealBroken):
        only_new.open(before, place=PLACE)


def test_a_row_sealed_in_one_suite_is_read_in_the_other():
    found = vault(OLD).seal(FIELDS, place=PLACE)
    assert vault(OLD, suite="gm").open(found, place=PLACE) == FIELDS
    assert vault(OLD, suite="gm").rewrap(found, place=PLACE).data_key[:1] == b"\x02"


@SUITES
def test_the_index_is_the_same_for_the_same_value_of_one_kind_and_key_only(suite):
    keys = vault(OLD, suite=suite)
    found = keys.index("phone", "13812345678")
    assert found == vault(NEW, suite=suite).index("phone", "13812345678") and len(found) == 64
    others = [keys.index("id", "13812345678"), keys.index("phone", "13812345679")]
    others.append(Vault({1: OLD}, OLD, suite=suite).index("phone", "13812345678"))
    assert found not in others and len(set(others)) == 3


def test_the_two_suites_have_nothing_in_common():
    assert vault(OLD).index("phone", "1") != vault(OLD, suite="gm").index("phone", "1")


def test_keys_come_from_a_file_or_from_the_development_root(tmp_path):
    path = tmp_path / "pii.keys"
    path.write_text(f"# made by hand\nindex {INDEX.hex()}\n1 {OLD.hex()}\n2 {NEW.hex()}  # since March\n")
    keys = open_vault(path, root="", purpose="x")
    assert keys.current == 2
    assert keys.open(vault(OLD).seal(FIELDS, place=PLACE), place=PLACE) == FIELDS
    assert keys.index("a", "b") == vault(OLD).index("a", "b")
    derived = open_vault(None, root="root", purpose="x")
    sealed = derived.seal(FIELDS, place=PLACE)
    assert open_vault(None, root="root", purpose="x").open(sealed, place=PLACE) == FIELDS
    with pytest.raises(SealBroken):
        open_vault(None, root="root", purpose="y").open(sealed, place=PLACE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"1 {OLD.hex()}",
        f"index {INDEX.hex()}",
        f"index {INDEX.hex()}\n1 {OLD.hex()}\n1 {NEW.hex()}",
        "index zz\n1 1",
    ],
)
def test_a_file_that_holds_no_keys_is_refused(tmp_path, text):
    path = tmp_path / "pii.keys"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"must hold a line|is not `<version>"):
        read_keys(path)
