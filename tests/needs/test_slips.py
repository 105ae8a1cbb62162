from services.needs.domain import slips


def test_a_code_is_easy_to_type_and_hard_to_guess():
    codes = {slips.fresh() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 14 and not set(code) & set("01ILOU") for code in codes)


def test_dashes_spaces_and_case_do_not_matter():
    assert slips.fingerprint("ABCD-EFGH-JKMN") == slips.fingerprint(" abcd efgh jkmn ")
    assert slips.fingerprint("ABCD-EFGH-JKMN") != slips.fingerprint("ABCD-EFGH-JKMP")


def test_the_code_is_not_stored():
    assert "ABCD" not in slips.fingerprint("ABCD-EFGH-JKMN").upper()
