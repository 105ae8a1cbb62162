"""The values rules start from; each is a row that a deployer edits, with the source it was taken from."""

from typing import Any


def _at_least(share: str) -> dict[str, Any]:
    return {"share": share, "strict": False}


def _more_than(share: str) -> dict[str, Any]:
    return {"share": share, "strict": True}


_TWO_THIRDS, _HALF = _at_least("2/3"), _more_than("1/2")

DECISION_RULES: dict[str, dict[str, Any]] = {
    "owners_278_ordinary": {
        "valid_from": "2021-01-01",
        "bodies": ["owners_assembly"],
        "axes": {name: {"quorum": _TWO_THIRDS, "pass": _HALF} for name in ("heads", "area_cm2")},
    },
    "owners_278_special": {
        "valid_from": "2021-01-01",
        "bodies": ["owners_assembly"],
        "axes": {name: {"quorum": _TWO_THIRDS, "pass": _at_least("3/4")} for name in ("heads", "area_cm2")},
    },
    "owners_279": {
        "valid_from": "2021-01-01",
        "bodies": ["owners_assembly"],
        "axes": {"heads": {"quorum": _at_least("1"), "pass": _at_least("1")}},
    },
    "residents_2018": {
        "valid_from": "2018-12-29",
        "valid_to": "2025-12-31",
        "bodies": ["residents_meeting", "residents_rep_meeting"],
        "axes": {"heads": {"quorum": _HALF, "pass": _HALF}},
    },
    "residents_2026": {
        "valid_from": "2026-01-01",
        "enabled": False,
        "bodies": ["residents_meeting", "residents_rep_meeting"],
        "axes": {},
    },
    "villagers_meeting": {
        "valid_from": "2018-12-29",
        "bodies": ["villagers_meeting"],
        "axes": {"heads": {"quorum": _HALF, "pass": _HALF}},
    },
    "villagers_households": {
        "valid_from": "2018-12-29",
        "bodies": ["villagers_meeting"],
        "axes": {"households": {"quorum": _TWO_THIRDS, "pass": _HALF}},
    },
    "villagers_reps": {
        "valid_from": "2018-12-29",
        "bodies": ["villagers_rep_meeting"],
        "axes": {"heads": {"quorum": _TWO_THIRDS, "pass": _HALF}},
    },
    "villagers_group": {
        "valid_from": "2018-12-29",
        "bodies": ["villagers_group"],
        "axes": {"heads": {"quorum": _TWO_THIRDS, "pass": _HALF}},
    },
    "villagers_group_households": {
        "valid_from": "2018-12-29",
        "bodies": ["villagers_group"],
        "axes": {"households": {"quorum": _TWO_THIRDS, "pass": _HALF}},
    },
    "consultation": {
        "bodies": ["consultation_committee", "compound_council"],
        "binding": False,
        "axes": {"heads": {"quorum": _HALF, "pass": _HALF}},
    },
}

DECISION_SOURCES = {
    "owners_278_ordinary": "民法典第278条(一)至(五)、(九)项",
    "owners_278_special": "民法典第278条(六)至(八)项",
    "owners_279": "民法典第279条：有利害关系的业主一致同意",
    "residents_2018": "城市居民委员会组织法(2018)第九条，2026-01-01 起由修订后的法律取代",
    "residents_2026": "居民委员会组织法(2025修订)第四章：由部署单位填写后启用",
    "villagers_meeting": "村民委员会组织法(2018)第二十一、二十二条：村民过半数；2026-01-01 起的修改待核对",
    "villagers_households": "村民委员会组织法(2018)第二十一、二十二条：户代表三分之二以上；2026-01-01 起的修改待核对",
    "villagers_reps": "村民委员会组织法(2018)第二十五、二十六条",
    "villagers_group": "村民委员会组织法(2018)第二十八条：村民三分之二以上",
    "villagers_group_households": "村民委员会组织法(2018)第二十八条：户代表三分之二以上",
    "consultation": "议事协商章程（默认值，由部署单位按章程修改）；结果为协商意见",
}

OTHER_RULES: dict[str, Any] = {
    "approval_chain": {
        "levels": ["committee", "street_officer", "civil_affairs"],
        "bands": [
            {
                "level": "committee",
                "up_to_fen": 5_000_000,
                "kinds": ["activity", "micro_renovation", "micro_governance"],
            },
            {"level": "street_officer", "up_to_fen": 30_000_000},
            {"level": "civil_affairs"},
        ],
        "named": {},
    },
    "project_publicity_days": 7,
    "deliberation_publicity_days": 7,
    "check_in_margin_minutes": 60,
    "saga_minutes": 15,
}
OTHER_SOURCE = "默认值，由部署单位修改"
