"""The 92 systems of the articles this project stands on, each with the tests that prove it or what it waits for.

A row is proven when every test it names has passed; the summary of a test run prints how many are.
"""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One system of the articles; ``proofs`` are tests over HTTP that show what it promises.

    Where it still waits, ``part`` names the tests of what is there already; it counts when nothing is missing.
    """

    number: int
    place: str
    name: str
    proofs: tuple[str, ...] = ()
    waits: str = ""
    part: tuple[str, ...] = ()


def summary(passed: Collection[str], failed: Collection[str]) -> str:
    """How many rows a run has proven, ids as pytest prints them; empty when it did not run every proof."""
    good, bad = ({ident.partition("[")[0] for ident in idents} for idents in (passed, failed))
    proofs = {proof for row in ROWS for proof in row.proofs}
    if not proofs <= good | bad:
        return ""
    proven = [row for row in ROWS if row.proofs and not bad.intersection(row.proofs)]
    return f"rows: {len(proven)} of {len(ROWS)}"


_CONCERN = "tests/projects/test_refusals.py::test_a_plan_answers_confirmed_concerns"
_MONEY = "tests/resources/test_disbursements_api.py::"
_REFUSED = "tests/projects/test_refusals.py::"

ROWS = (
    Row(
        1,
        "宜昌",
        "五项基本流程",
        (
            "tests/system/test_chain.py::test_the_five_steps_stand_with_their_times_and_evidence",
            "tests/system/test_chain.py::test_a_step_out_of_order_is_refused_with_its_reason",
        ),
    ),
    Row(
        2,
        "宜昌",
        "KPI 持证率",
        waits="a roster of community workers with certificates, KPI targets by division and year",
    ),
    Row(3, "宜昌", "KPI 五星社工站", waits="stations with star levels and the scoring sheet behind them"),
    Row(4, "宜昌", "KPI 社工室", waits="rooms by 12-digit code and the list of communities without one"),
    Row(5, "宜昌", "KPI 人才", waits="a count of qualified persons that counts two certificates once"),
    Row(6, "宜昌", "KPI 微治理项目", waits="a yearly count by kind and source of the money allocated"),
    Row(
        7,
        "宜昌",
        "沉浸式调研",
        (
            "tests/needs/test_surveys_api.py::test_a_survey_begins_only_with_all_three_roles_on_its_team",
            "tests/needs/test_visits_api.py::test_one_form_makes_visit_needs_note_of_service_and_follow_up",
        ),
    ),
    Row(
        8,
        "宜昌",
        "共同利益点和关注点",
        (
            "tests/needs/test_clustering.py::test_held_out_statements_fall_into_their_themes",
            "tests/needs/test_concerns_api.py::test_needs_that_say_the_same_are_proposed_and_nothing_is_linked",
            "tests/needs/test_priority_api.py::test_evidence_counts_households_and_visits",
        ),
    ),
    Row(
        9,
        "宜昌",
        "三清单",
        waits="the resource and project lists; that of needs is done",
        part=(
            "tests/needs/test_registers_api.py::test_a_register_is_drafted_shown_and_published_with_number_and_hash",
            "tests/needs/test_registers_api.py::test_the_next_register_supersedes_the_one_before_and_says_what_changed",
            "tests/needs/test_registers_api.py::test_what_was_published_is_never_rewritten",
            "tests/needs/test_registers_api.py::test_residents_read_what_was_published_in_every_form",
        ),
    ),
    Row(10, "宜昌", "依托社工策划", (_CONCERN, _REFUSED + "test_a_social_worker_answers_for_the_project")),
    Row(11, "宜昌", "科学合理目标", (_REFUSED + "test_goals_are_smart",)),
    Row(
        12,
        "宜昌",
        "微改造、微治理与共同缔造",
        (
            _REFUSED + "test_micro_projects_need_a_resolution",
            "tests/projects/test_deliberations.py::test_a_resolution_takes_effect_after_its_publicity",
            "tests/projects/test_deliberations.py::test_a_binding_no_ends_the_project_and_says_what_was_missing",
        ),
    ),
    Row(13, "宜昌", "共谋平台", waits="deliberation bodies with members and terms"),
    Row(14, "宜昌", "民主协商", waits="households reached, spoken and voted on each resolution"),
    Row(15, "宜昌", "承接与方法", waits="service records of case, group and community work with their stages"),
    Row(16, "宜昌", "志愿者骨干", waits="leader status earned from hours and evaluation, with its history"),
    Row(17, "宜昌", "社会工作者+志愿者", ("tests/projects/test_saga.py::test_no_work_begins_without_a_social_worker",)),
    Row(
        18,
        "宜昌",
        "链接社区资源",
        (
            "tests/resources/test_requests_api.py::test_every_kind_of_resource_is_ranked_with_reasons",
            "tests/resources/test_races.py::test_one_room_at_one_time_goes_to_exactly_one_of_twenty_requests",
        ),
    ),
    Row(
        19,
        "宜昌",
        "服务谁、谁评价",
        (
            "tests/evaluation/test_credentials.py::test_someone_who_was_not_served_gets_none",
            "tests/evaluation/test_credentials.py::test_someone_with_a_part_in_the_project_gets_none",
        ),
    ),
    Row(20, "宜昌", "三维度", waits="measured improvement, and scores traced to the goals of the plan"),
    Row(21, "宜昌", "专家与第三方", waits="expert reviews of items flagged professional, with declared interests"),
    Row(
        22,
        "宜昌",
        "多元投入",
        (
            "tests/projects/test_road.py::test_a_budget_shows_the_share_of_each_source",
            _MONEY + "test_a_payment_is_drawn_from_several_funds_and_stays_traceable",
        ),
    ),
    Row(23, "宜昌", "上下联动", ("tests/projects/test_road.py::test_one_project_is_seen_from_community_to_city",)),
    Row(24, "宜昌", "专项引育", waits="training hours per worker"),
    Row(25, "鲤城", "“135”模式", waits="reports carrying a label set of one line, three platforms and five parties"),
    Row(
        26,
        "鲤城",
        "8街道社工站×2社工",
        waits="a staffing check that lists stations with fewer than two full-time workers",
    ),
    Row(27, "鲤城", "三级联动平台", waits="stations and rooms as a tree by 12-digit code"),
    Row(28, "鲤城", "三级服务体系", waits="a second tree of its own levels beside the first"),
    Row(
        29,
        "鲤城",
        "四大类服务",
        ("tests/needs/test_registers_api.py::test_lines_are_rolled_up_into_the_four_classes",),
    ),
    Row(30, "鲤城", "统筹与协调机制", waits="a responsible role per party, and reminders of what is overdue"),
    Row(
        31,
        "鲤城",
        "困难群众数据库",
        ("tests/needs/test_resident_rows.py::test_the_persons_in_difficulty_come_in_once_masked_and_on_record",),
    ),
    Row(32, "鲤城", "志愿者信息库", waits="an import of 455 volunteers, found by skill, time and community"),
    Row(33, "鲤城", "爱心企业资源库", waits="an import of 58 enterprises with their credit codes checked"),
    Row(34, "鲤城", "供需对接平台", waits="a match run over the whole district with explanations and feedback"),
    Row(35, "鲤城", "五共", waits="case conferences of two parties or more"),
    Row(36, "鲤城", "资源服务矩阵", waits="street by kind by side, with the empty cells listed"),
    Row(37, "鲤城", "立项标准", waits="a priority sheet of three criteria"),
    Row(38, "鲤城", "社工引领志愿者", waits="volunteer tasks, each led by a social worker"),
    Row(39, "鲤城", "定期公益性服务", waits="series of activities on a calendar"),
    Row(40, "鲤城", "资源交互平台", waits="partner agreements with term, commitments and fulfilment"),
    Row(41, "成都", "岗位设置标准", waits="post plans against a floor per community"),
    Row(42, "成都", "岗位多级审批", waits="approval chains with departments in parallel, any order inside a level"),
    Row(43, "成都", "兼职不超过2年", waits="part-time posts that alert and then stop at 730 days"),
    Row(44, "成都", "职级体系", waits="a table of post grades"),
    Row(45, "成都", "四级资格", waits="a local qualification that counts in its own city only"),
    Row(46, "成都", "社工者绩效考评", waits="appraisal sheets, their effects, and appeals"),
    Row(47, "成都", "专业岗位考评", waits="one appraisal per person and year"),
    Row(
        48,
        "成都",
        "项目绩效评估与拨付",
        (
            _MONEY + "test_the_last_tranche_waits_for_the_final_evaluation",
            _MONEY + "test_advice_of_another_phase_opens_nothing",
        ),
    ),
    Row(49, "成都", "示范点", waits="a count of demonstration points per county against its floor"),
    Row(50, "成都", "示范、试点、微项目", waits="project grades, each with its sheet of criteria"),
    Row(
        51,
        "成都",
        "三社联动",
        ("tests/system/test_chain.py::test_a_need_found_by_the_community_is_answered_by_a_project_and_served",),
    ),
    Row(52, "成都", "社工+志愿者", waits="recruitment calls that end in confirmed tasks under a named social worker"),
    Row(
        53,
        "成都",
        "互联网+社工",
        (
            "tests/system/test_nearby.py::test_an_accepted_need_is_offered_to_consenting_providers_within_a_kilometre",
            "tests/resources/test_nearby.py::test_the_person_a_provider_named_is_told_and_how_it_went_is_on_record",
        ),
    ),
    Row(54, "成都", "社工+慈善", waits="the donor's view of use down to the activity"),
    Row(
        55,
        "成都",
        "物业+社工",
        ("tests/needs/test_roads.py::test_a_dispute_with_property_company_and_owners_committee_is_mediated",),
    ),
    Row(
        56,
        "成都",
        "工作职责",
        (
            "tests/permissions/test_matrix.py::test_the_routes_admit_whom_the_matrix_names",
            "tests/permissions/test_roles.py::test_every_role_at_every_operation",
        ),
    ),
    Row(57, "成都", "分层培训与实训", waits="training records"),
    Row(58, "杨浦", "持证规模与领域", waits="an import of time series over 15 fields"),
    Row(59, "杨浦", "考前培训", waits="training quotas per partner region"),
    Row(60, "杨浦", "继续教育", waits="person-times beside distinct persons"),
    Row(61, "杨浦", "督导体系", waits="supervision sessions of three kinds, supervisors' load and rating"),
    Row(62, "杨浦", "守则与手册", waits="a code of ethics signed by version before a role is granted"),
    Row(63, "杨浦", "区-街-居网络", waits="a tree whose counts come out as 1, 1, 12, 12, 12"),
    Row(64, "杨浦", "评选", waits="award rounds with criteria and a jury"),
    Row(65, "杨浦", "社工信息库与资源名册", waits="records that grow stale, and a campaign to confirm or correct them"),
    Row(66, "杨浦", "薪酬补贴", waits="a monthly amount from four factors, with its breakdown"),
    Row(67, "杨浦", "宣传主会场+分会场", waits="an activity with branch activities"),
    Row(68, "淇县", "9站全覆盖", waits="stations against the code table, nine of nine"),
    Row(69, "淇县", "资金", waits="the ledger read by source and purpose over years"),
    Row(70, "淇县", "四有标准", waits="a station checklist with photographs and expiry"),
    Row(71, "淇县", "四化", waits="a page-numbered, tamper-evident export of everything that happened"),
    Row(72, "淇县", "线上线下高度一致", waits="paper ledgers compared row by row, consistency per station"),
    Row(73, "淇县", "每月至少一次督导", waits="stations without a session, listed on the first of the month"),
    Row(74, "淇县", "主动发现", ("tests/needs/test_intake.py::test_the_share_of_needs_we_found_is_told_by_station",)),
    Row(75, "淇县", "月月有主题、周周有活动", waits="a cadence board per station"),
    Row(76, "淇县", "津贴", waits="allowances for a fixed term"),
    Row(77, "淇县", "档案管理制度", waits="an archive closed with a manifest and a hash"),
    Row(78, "深圳", "登记与注册制度", waits="registrations that lapse without continuing education"),
    Row(79, "深圳", "领域与总量", waits="a counter of person-times that no hot table is summed for"),
    Row(80, "深圳", "队伍", waits="head-counts by level and year equal to what was imported"),
    Row(
        81,
        "深圳",
        "疑难个案与危机",
        (
            "tests/needs/test_paging.py::test_a_person_on_duty_is_reached_by_telephone_without_a_word_of_the_matter",
            "tests/needs/test_crises.py::test_nobody_answers_so_the_next_is_paged_every_five_minutes",
        ),
    ),
    Row(82, "深圳", "对口支援督导", waits="supervision sessions at a distance"),
    Row(83, "苏州", "四级网络", waits="a tree of 2,271 nodes that loads and rolls up"),
    Row(84, "苏州", "禁毒社工", waits="cohort retention with its denominators, in the highest secrecy class"),
    Row(85, "苏州", "驻校社工", waits="case teams of three parties"),
    Row(
        86,
        "苏州",
        "家事纠纷",
        ("tests/needs/test_roads.py::test_a_family_dispute_is_given_investigation_talks_and_counselling",),
    ),
    Row(87, "苏州", "公益服务项目库与创投", waits="a library of templates and venture rounds"),
    Row(88, "苏州", "初、中、高级补贴", waits="a table of subsidies by level and region"),
    Row(89, "苏州", "购买服务累计", waits="imports whose cumulative figure must follow from the year before"),
    Row(90, "南通", "通过率", waits="a pass rate whose denominator is marked approximate"),
    Row(91, "胶州", "四中心", waits="an incubation stage before approval"),
    Row(
        92,
        "东城",
        "社区公益基金",
        waits="funds with rules of their own; its survey of needs is there",
        part=(
            "tests/needs/test_surveys_api.py::test_a_survey_begins_only_with_all_three_roles_on_its_team",
            "tests/needs/test_visits_api.py::test_a_survey_knows_how_far_it_is",
        ),
    ),
)


if __name__ == "__main__":
    for row in ROWS:
        print(f"{row.number:>3} {row.place} {row.name}: {', '.join(row.proofs) or '… ' + row.waits}")  # noqa: T201 -- prints
