"""What the people behind a need are told, in both languages; never about danger, never with anybody's words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """One message: its code for the mini-program, and a sentence in Chinese and English."""

    code: str
    zh: str
    en: str

    def filled(self, **facts: str) -> "Notice":
        """The same message with its blanks filled."""
        return Notice(self.code, self.zh.format_map(facts), self.en.format_map(facts))


OF_NEED: dict[str, Notice] = {
    notice.code.removeprefix("need_"): notice
    for notice in (
        Notice(
            "need_triage", "您关注的需求已由工作人员阅读并登记。", "A worker has read and filed the need you follow."
        ),
        Notice("need_accept", "您关注的需求已受理。", "The need you follow has been accepted."),
        Notice(
            "need_link", "您关注的需求已纳入社区共同关注点。", "The need you follow is now part of a shared concern."
        ),
        Notice(
            "need_unlink", "您关注的需求已退回受理状态，将另行办理。", "The need you follow will be handled on its own."
        ),
        Notice(
            "need_plan",
            "已有项目立项，将解决您关注的需求。",
            "A project has been approved to answer the need you follow.",
        ),
        Notice(
            "need_unplan",
            "原定项目不再实施，您关注的需求将另作安排。",
            "The project planned for the need you follow will not go on; another way will be found.",
        ),
        Notice(
            "need_respond",
            "您关注的需求已有答复，请告诉我们是否解决。",
            "The need you follow has been answered; tell us if it helped.",
        ),
        Notice(
            "need_close",
            "您关注的需求已办结；如未解决，可重新提出。",
            "The need you follow is closed; you may reopen it.",
        ),
        Notice(
            "need_outcome",
            "您关注的需求已由提出人确认办结。",
            "The need you follow was confirmed closed by its author.",
        ),
        Notice(
            "need_merge",
            "您关注的需求已与相同的需求合并办理，您的声音照样计入；{until} 之前可以退出合并。",
            "The need you follow is handled with another like it; your voice counts; you may leave until {until}.",
        ),
        Notice(
            "need_absorb",
            "有邻居提出了同样的需求，已与您关注的需求合并办理。",
            "Neighbours asked for the same; it is handled together with the need you follow.",
        ),
        Notice("need_split", "您关注的需求已恢复单独办理。", "The need you follow is handled on its own again."),
        Notice(
            "need_refer",
            "您关注的需求已转由其他单位办理，结果会告诉您。",
            "The need you follow was handed to another organisation; you will hear the result.",
        ),
        Notice(
            "need_return", "您关注的需求已转回社区继续办理。", "The need you follow is handled by the community again."
        ),
        Notice("need_reopen", "您关注的需求已重新打开。", "The need you follow has been reopened."),
        Notice("need_reject", "您的需求未被受理，原因已注明。", "Your need was not taken on; the reason is given."),
        Notice("need_withdraw", "提出人撤回了您关注的需求。", "The need you follow was taken back by its author."),
        Notice("need_cosign", "又有一位居民附议了您的需求。", "Another resident has co-signed your need."),
    )
}

BY_OUTCOME: dict[tuple[str, str], Notice] = {
    ("outcome", "solved"): Notice(
        "need_outcome", "您关注的需求已由提出人确认解决。", "The need you follow was solved, its author says."
    ),
    ("outcome", "partly"): Notice(
        "need_outcome",
        "提出人反馈部分解决，您关注的需求已办结；还有困难可重新提出。",
        "The need you follow was partly solved, its author says, and is closed; what is left may be raised again.",
    ),
    ("outcome", "no_longer_needed"): Notice(
        "need_outcome",
        "提出人表示不再需要，您关注的需求已办结。",
        "The need you follow is no longer needed, its author says, and is closed.",
    ),
    **dict.fromkeys(
        (("reopen", "not"), ("reopen", "worse")),
        Notice(
            "need_reopen",
            "提出人反馈没有解决，您关注的需求已重新办理，由督导跟进。",
            "The need you follow was not solved, its author says; it is open again and a supervisor follows it.",
        ),
    ),
    ("close", "silence"): Notice(
        "need_close",
        "您关注的需求已有答复，期限内没有收到反馈，现已关闭；没解决可重新提出。",
        "The need you follow was answered and nobody said whether it helped; it is closed and may be reopened.",
    ),
}
"""What is said of an ending, bound to what the asker said: nobody is told of a success that was none."""

LATE_TO_WORKER = Notice(
    "need_overdue", "有一条需求已到期限，请尽快办理。", "A need is past its time; please see to it."
)
LATE_TO_STREET = Notice(
    "need_overdue_street",
    "有一条需求超过期限仍未办理，请街道督促。",
    "A need is still waiting past its time; the street is asked to see to it.",
)
UNSOLVED_TO_SUPERVISOR = Notice(
    "need_unsolved",
    "有居民反馈需求没有解决，请督导跟进。",
    "A resident says that a need was not solved; please follow it up.",
)
REFERRAL_OVERDUE = Notice(
    "referral_overdue",
    "转给“{name}”的需求已超过期限，请跟进。",
    "A need referred to “{name}” is past its day; please follow up.",
)
COMPLAINT_MOVED = Notice("complaint_moved", "您反映的事项有新的进展。", "There is news of the matter you raised.")

OF_PROJECT: dict[str, Notice] = {
    notice.code.removeprefix("project_"): notice
    for notice in (
        Notice("project_start", "项目“{title}”已开始实施。", "The project “{title}” has started."),
        Notice("project_pay", "项目“{title}”的一笔资金已拨付。", "A payment for the project “{title}” has been made."),
        Notice("project_accept", "项目“{title}”已结项。", "The project “{title}” has been accepted and closed."),
    )
}

NEED_WITHHELD = Notice(
    "need_withheld",
    "您的需求照常办理，但内容不对其他居民显示。",
    "Your need is handled as usual, but its words are not shown to other residents.",
)

OUTING_OVERDUE = Notice(
    "outing_overdue",
    "您外出走访的预计返回时间已过，请报平安或延长时间。",
    "You were expected back from your visit; say that you are well, or ask for more time.",
)

PROXY_CONFIRMED = Notice(
    "proxy_confirmed",
    "社区已登记代办人：一方可以代另一方提出需求；不同意的，可随时解除。",
    "The community has noted that one of you may ask for the other; either may end it at any time.",
)
PROXY_ENDED = Notice("proxy_ended", "代办已解除。", "Asking for each other has ended.")

PROJECT_ANSWER = Notice("project_complete", "项目“{title}”已完成。", "The project “{title}” is complete.")
