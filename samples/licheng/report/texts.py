"""Every sentence of the page, Chinese and English; what stands in braces comes from the API."""

TEXTS: dict[str, tuple[str, str]] = {
    # The frame
    "language": ("中文", "English"),
    "title": ("{street}五社联动项目报告", "Five Social Linkage in {street}: project report"),
    "over": ("{county} · {street}", "{county} · {street}"),
    "lead": (
        "居民提出需求，社区形成共同关注点，项目作出回应，受过服务的居民作出评价，资金按评价结果拨付。",
        (
            "Residents say what they need, the community agrees on shared concerns, projects answer them, those who"
            " were served judge the result, and money follows their judgement."
        ),
    ),
    "synthetic": (
        "本页使用合成的样例数据，不涉及任何真实人员，也不代表该街道的真实情况。",
        "This page shows synthetic sample data: no real person, and nothing about the real street.",
    ),
    "skip": ("跳到正文", "Skip to content"),
    "contents": ("目录", "Contents"),
    "as_table": ("查看数据表", "Show the numbers as a table"),
    "money": ("{number} 元", "¥{number}"),
    "and": ("、", ", "),
    "stop": ("。", "."),
    "footer": (
        "五社 Wushe · 全部数字来自接口的答复，由 lifecycle.json 生成。",
        "Wushe · every number comes from the API’s answers; made from lifecycle.json.",
    ),
    # One line, three platforms, five actors: labels of the Licheng model
    "135_1": ("1 · 一条主线：党建引领、共建共治共享", "1 · One line: led by the Party, built and governed together"),
    "135_3a": ("3 · 平台一：社会工作服务", "3 · First platform: social work services"),
    "135_3b": ("3 · 平台二：社区协同治理", "3 · Second platform: governing the community together"),
    "135_3c": ("3 · 平台三：社会资源整合", "3 · Third platform: pooling social resources"),
    "135_5": ("5 · 五社联动", "5 · Five actors together"),
    "h_glance": ("一眼看懂", "At a glance"),
    "h_asked": ("居民提出了什么", "What residents asked for"),
    "h_done": ("做了什么", "What was done"),
    "h_who": ("五社各出了什么力", "What each of the five actors gave"),
    "h_cost": ("花了多少钱", "What it cost"),
    "h_judged": ("受过服务的居民怎么评价", "What those who were served say"),
    "h_next": ("接下来做什么", "What comes next"),
    "h_chain": ("每一步的时间和证据", "Steps, times and evidence"),
    "h_check": ("怎样核对", "How to check this page"),
    # At a glance
    "glance_needs": (
        "条居民需求，其中 {linked} 条由 {projects} 个项目回应",
        "needs of residents, {linked} of them answered by {projects} projects",
    ),
    "glance_people": ("位居民接受了服务（两个项目分别计数）", "residents served (the projects counted apart)"),
    "glance_activities": (
        "场活动，{records} 条服务记录由居民本人确认",
        "activities, {records} service records confirmed by the residents themselves",
    ),
    "glance_hours": ("小时服务（人时，居民已确认）", "person-hours of service, confirmed by the residents"),
    "glance_money": ("预算，已拨付 {paid}（{share}）", "budget; {paid} paid out ({share})"),
    "glance_answers": ("位受过服务的居民作出匿名评价（{share}）", "of those served judged anonymously ({share})"),
    "dt_concerns": ("回应的关注点", "Concerns answered"),
    "dt_persons": ("服务人数", "Residents served"),
    "dt_paid": ("已拨付", "Paid out"),
    "dt_grade": ("评价等级", "Grade"),
    "of_planned": ("{done}（计划 {planned}）", "{done} (planned {planned})"),
    "of_budget": ("{paid}（预算 {budget}）", "{paid} of {budget}"),
    "grade": ("{grade}（综合 {score} 分）", "{grade} (composite {score})"),
    "no_grade": ("不评等级", "not graded"),
    "satisfaction": ("满意度", "Satisfaction"),
    "state_completed": ("已完成", "completed"),
    "state_evaluating": ("评价中", "being evaluated"),
    "state_accepted": ("已结项", "accepted"),
    # What was asked
    "asked_text": (
        (
            "{communities} 个社区的居民提出了 {total} 条需求，邻居附议 {cosigned} 次；已办结 {closed} 条，"
            "其中 {solved} 条由提出人确认已经解决。"
        ),
        (
            "Residents of {communities} communities submitted {total} needs, and neighbours co-signed {cosigned} times."
            " {closed} are closed; the authors of {solved} confirm that theirs is solved."
        ),
    ),
    "asked_danger": (
        "涉及人身危险的求助当场处置，不公开，也不在此统计。",
        "Calls that signal danger are dealt with at once; they are neither published nor counted here.",
    ),
    "asked_title": ("需求涉及的领域", "What the needs are about"),
    "asked_story": (
        "按服务领域统计的需求条数，共 {total} 条（不予受理的没有领域）。",
        "Number of needs by field of service, of {total} (rejected ones have no field).",
    ),
    "asked_axis": ("条数", "Number of needs"),
    "asked_value": ("{count} 条", "{count} needs"),
    "asked_few": ("另 {fields} 个领域（各不足 {k} 条）", "{fields} fields under {k} each"),
    "asked_heads": ("领域|条数", "Field|Needs"),
    "concerns_title": ("形成的共同关注点", "Shared concerns they became"),
    "concerns_heads": (
        "关注点|需求条数|支持人数|涉及社区|由哪个项目回应",
        "Concern|Needs|Persons behind it|Communities|Answered by",
    ),
    "asked_households": (
        "支持人数是提出和附议的不同居民，不是消息条数；户数没有登记，所以不写。",
        (
            "Persons are different residents who submitted or co-signed, not messages. Households are not recorded, so"
            " none are claimed."
        ),
    ),
    # What was done
    "output_persons": ("服务人数", "Residents served"),
    "output_sessions": ("活动场次", "Sessions"),
    "output_person_times": ("服务人次", "Attendances"),
    "dt_records": ("服务记录", "Service records"),
    "records": (
        "{confirmed} 条经本人确认，{disputed} 条被本人否认",
        "{confirmed} confirmed, {disputed} denied by the person",
    ),
    "dt_hours": ("服务时长", "Time served"),
    "person_hours": ("{hours} 小时（人时）", "{hours} person-hours"),
    "arrived": ("{count}，接收方已确认", "{count}, confirmed by the receiver"),
    "dt_resolution": ("业主表决", "Owners’ resolution"),
    "resolution": (
        "{all} 位业主中 {came} 位参加，{yes} 位同意（占参加人数 {share}），表决通过",
        "{came} of {all} owners took part and {yes} agreed ({share} of those): passed",
    ),
    # The five actors
    "actor_community": ("社区", "Community"),
    "actor_social_worker": ("社会工作者", "Social workers"),
    "actor_community_org": ("社区社会组织", "Community organisations"),
    "actor_volunteer": ("社区志愿者", "Volunteers"),
    "actor_charity_resource": ("社会慈善资源", "Charitable resources"),
    "fact_communities": ("个社区参与", "communities took part"),
    "fact_concerns": ("个共同关注点由社区确认", "shared concerns confirmed"),
    "fact_resolution": (
        "位业主同意微改造（{participating} 位参加表决）",
        "owners agreed to the works ({participating} took part)",
    ),
    "fact_workers": ("名已登记的社会工作者", "on the register of social workers"),
    "fact_responsible": ("个项目由社会工作者负责", "projects led by a social worker"),
    "fact_steps": ("个项目环节由社会工作者办理", "steps of the projects taken by social workers"),
    "fact_undertakers": ("家机构承接", "under contract to do the work"),
    "fact_contracts": ("份合同，共 {amount}", "contracts for {amount}"),
    "fact_volunteers": ("名志愿者在全区信息库", "volunteers on the district’s register"),
    "fact_volunteered": ("名志愿者经对接到场服务", "volunteers matched and present"),
    "fact_captains": ("名志愿者队长进入项目团队", "volunteer leaders on the teams"),
    "fact_providers": ("家提供方在全区资源库", "providers on the district’s register"),
    "fact_given": ("来自慈善捐赠和社区公益基金", "from donations and community funds"),
    "fact_arrived": ("项{kind}交付，接收方已确认", "delivered and confirmed by the receiver: {kind}"),
    # Money
    "cost_text": (
        "预算 {budget}，已拨付 {paid}，未拨付 {left}。",
        "Budget {budget}; paid out {paid}; not paid out {left}.",
    ),
    "budget_title": ("预算与拨付，按资金来源", "Budget and payments by source"),
    "budget_story": (
        "每一行是一个资金来源：外框是预算，实心是已拨付；单位万元。",
        "Each row is a source of money: the outline is its budget, the solid part was paid out. In thousand yuan.",
    ),
    "budget_unit": ("10000", "1000"),
    "budget_axis": ("万元", "Thousand yuan (CNY)"),
    "budget_value": ("{fen}（{share}），已付 {paid}", "{fen} ({share}); paid {paid}"),
    "budget_heads": ("来源|预算|占比|已拨付|未拨付", "Source|Budget|Share|Paid|Not paid"),
    "purposes_title": ("预算用途", "What the budget is for"),
    "purposes_heads": ("用途|资金来源|金额", "Purpose|Source|Amount"),
    "tranches_title": ("每笔款项凭什么拨付", "What each payment waited for"),
    "tranches_heads": ("款项|条件|约定|系数|实付|日期", "Payment|Condition|Agreed|Factor|Paid|Date"),
    "tranche_planned": ("未到期", "not due"),
    "tranche_due": ("待审批", "awaiting approval"),
    "tranche_endorsed": ("待第二人审批", "awaiting a second approval"),
    "tranche_approved": ("待支付", "awaiting payment"),
    "tranche_withheld": ("暂缓拨付", "withheld"),
    "balanced": (
        "✓ 总账 {entries} 笔，借贷相抵为 0 元：每一分钱都查得到来自哪个资金。",
        "✓ {entries} ledger entries add up to zero: every fen can be traced to its fund.",
    ),
    "unbalanced": ("✗ 总账 {entries} 笔，相差 {off}。", "✗ {entries} ledger entries are off by {off}."),
    # The residents' word
    "judged_text": (
        (
            "只有服务记录经本人确认的居民才能评价，评价是匿名的。圆点是得分，横线是 95% 区间：人数少，区间就宽。"
            "满意度和三个维度分开列出，不互相平均。"
        ),
        (
            "Only residents who confirmed their own service record may judge, and they do so anonymously. The dot is"
            " the score, the line its 95 % interval: few answers make it wide."
            " Satisfaction and the three dimensions stand apart."
        ),
    ),
    "answered": ("评价 {n} 份 / 名册 {N} 人，回收率 {rate}", "{n} answers from a roster of {N}: response rate {rate}"),
    "score_title": ("满意度与三个维度", "Satisfaction and the three dimensions"),
    "score_story": (
        "满分 100 分；n = {n}，N = {N}，回收率 {rate}；95% Wilson 区间，有限总体校正。",
        "Out of 100; n = {n}, N = {N}, response rate {rate}; 95 % Wilson interval, finite population.",
    ),
    "score_axis": ("得分（满分 100）", "Score (out of 100)"),
    "score_value": ("{score} 分，区间 {low}&#8288;–&#8288;{high}", "{score}, interval {low}&#8288;–&#8288;{high}"),
    "score_counted": ("{score} 分（计数，没有区间）", "{score} (a count, no interval)"),
    "score_heads": (
        "项目|得分|95% 区间|未答者全不满意–全满意|回收 n/N|方法",
        "Part|Score|95 % interval|If the silent were all against – all for|Answers n/N|Method",
    ),
    "item_title": ("每一题的好评比例", "Good answers to each question"),
    "item_story": (
        "回答 4 分或 5 分的比例；n = {n}，N = {N}，回收率 {rate}；95% Wilson 区间，有限总体校正。",
        "Share of answers of 4 or 5; n = {n}, N = {N}, response rate {rate}; 95 % Wilson interval, finite population.",
    ),
    "item_value": ("{score}%，区间 {low}%–{high}%", "{score}%, interval {low}–{high}%"),
    "item_axis": ("好评比例（%）", "Share of good answers (%)"),
    "item_heads": ("题目|平均分（1–5）|好评 %|95% 区间 %", "Question|Mean (1–5)|Good answers %|95 % interval %"),
    "each_question": ("逐题查看", "Question by question"),
    "not_assessable_not_measured": ("不可评：有基线，没有再次测量", "Not assessable: no follow-up"),
    "not_assessable_no_baseline": ("不可评：没有基线", "Not assessable: no baseline"),
    "not_assessable_nothing_planned": ("不可评：没有计划数量", "Not assessable: no plan"),
    "suppressed_too_few_answers": ("不公布：评价不足 {k} 份", "Not shown: under {k} answers"),
    "method_wilson_finite_population": ("Wilson，有限总体校正", "Wilson, finite population"),
    "method_mean_of_capped_rates": ("完成率的平均，每项封顶 100%", "Mean of completion rates, each capped at 100 %"),
    "method_mean_goal_attainment": ("目标达成率的平均", "Mean of goal attainment"),
    "method_census": ("全部作答", "Everyone answered"),
    "composite": (
        "综合 {score} 分，等级“{grade}”（{minimum} 分起），评价款系数 {factor}。",
        "Composite {score}, grade “{grade}” (from {minimum}), payment factor {factor}.",
    ),
    "no_composite": ("不计算综合分，也不评等级。", "There is no composite and no grade."),
    "weights": (
        "立项前冻结的权重，不可评的部分不参与：",
        "Weights frozen before approval, without what is not assessable: ",
    ),
    "flag_low_response": ("回收率低：结果只供参考，不排名。", "Low response: read with care; nothing is ranked."),
    "flag_suppressed": ("评价不足 {k} 份：结果不公布。", "Fewer than {k} answers: results are not published."),
    # What comes next
    "next_text": (
        "下面的事项由数据按固定规则列出，供决定时参考。",
        "These points follow from the data by fixed rules; deciding is up to people.",
    ),
    "next_not_assessable": (
        "“{part}”{why}。下一期请安排前测和后测。",
        "{part}: {why}. Plan a measurement before and after next time.",
    ),
    "next_suppressed": (
        "“{part}”{why}。请了解居民没有评价的原因。",
        "{part}: {why}. Find out why people did not answer.",
    ),
    "next_low_response": (
        "回收率低，请了解居民没有评价的原因。",
        "Response was low; find out why people did not answer.",
    ),
    "next_left": (
        "还有 {left}没有拨付（评价系数 {factor}），记在项目名下，请决定用途。",
        "{left} were not paid out (factor {factor}) and stand in the project’s name; decide what becomes of them.",
    ),
    "next_partly": (
        "{count} 条需求，提出人说只解决了一部分，请回访。",
        "Needs only partly solved, say their authors: {count}. Call back.",
    ),
    "next_not": (
        "{count} 条需求，提出人说没有解决，请重新办理。",
        "Needs not solved, say their authors: {count}. Take them up again.",
    ),
    "next_worse": (
        "{count} 条需求，提出人说情况变差了，请立即了解。",
        "Needs that got worse, say their authors: {count}. Look into it at once.",
    ),
    "next_silent": (
        "{count} 条需求到期没有回音而办结；沉默不等于满意，请回访。",
        "Needs closed without a word from their authors: {count}. Silence is not satisfaction; call back.",
    ),
    "next_disputed": (
        "{count} 条服务记录被本人否认，已从人数和评价名册中去掉，请查明原因。",
        "Service records denied by the person, left out of counts and roster: {count}. Find out why.",
    ),
    "next_waiting": (
        "全街道还有 {count} 条已受理的需求在等待回应。",
        "Accepted needs of the street that wait for an answer: {count}.",
    ),
    # The chain
    "chain_text": (
        "五个基本步骤，每个圆点是一件有时间、有编号的事。时间是业务时间（北京时间）。",
        "The five basic steps; each dot is an act with its time and its id. Times are business time in China.",
    ),
    "chain_title": ("五个步骤的进程", "The five steps over time"),
    "chain_story": ("横线从第一件事到最后一件事。", "Each line runs from the first act to the last."),
    "chain_axis": ("日期", "Date"),
    "chain_heads": ("步骤|时间|件数", "Step|Time|Acts"),
    "span": ("{first} – {last}", "{first} – {last}"),
    "each_event": ("{count} 件事的时间和证据编号", "{count} acts with times and ids"),
    "untimed": (
        "下列交付由接收方确认，只有登记时间，所以不在上面排列：",
        "These deliveries were confirmed by the receiver; only their entry has a time, so they stand apart:",
    ),
    "delivery": ("{kind} × {count}", "{kind} × {count}"),
    "ev_submitted": ("居民提出需求", "A resident submits a need"),
    "ev_closed_solved": ("需求办结：提出人说已解决", "A need is closed: solved, says its author"),
    "ev_closed_partly": ("需求办结：提出人说部分解决", "A need is closed: partly solved, says its author"),
    "ev_closed_not": ("需求办结：提出人说没有解决", "A need is closed: not solved, says its author"),
    "ev_closed_worse": ("需求办结：提出人说变差了", "A need is closed: worse, says its author"),
    "ev_closed_no_longer_needed": ("需求办结：不再需要", "A need is closed: no longer needed"),
    "ev_closed_silent": ("需求到期办结：没有回音", "A need is closed by silence"),
    "ev_closed_open": ("需求办结", "A need is closed"),
    "ev_concern_confirmed": ("共同关注点确认：", "A concern is confirmed:"),
    "ev_concern_published": ("共同关注点发布：", "A concern is published:"),
    "ev_concern_addressed": ("共同关注点得到回应：", "A concern is addressed:"),
    "ev_concern_resolved": ("共同关注点解决：", "A concern is resolved:"),
    "ev_concern_retired": ("共同关注点撤下：", "A concern is retired:"),
    "ev_by": ("{what}（{role}）", "{what} ({role})"),
    "role_service": ("系统按规则", "by rule"),
    "verb_create": ("项目起草", "The project is drafted"),
    "verb_design": ("方案完成：目标、预算、团队", "Goals, budget and team are set"),
    "verb_deliberate": ("居民表决公示", "The residents’ decision is publicised"),
    "verb_resolve": ("居民决议生效", "The residents’ decision takes effect"),
    "verb_submit": ("提交审批", "Handed in for approval"),
    "verb_review": ("专业审查", "Reviewed"),
    "verb_approve": ("批准立项", "Approved"),
    "verb_publicise": ("公示", "Publicised"),
    "verb_start": ("启动，预订资源", "Started; resources are booked"),
    "verb_reserve": ("资源到位，开始实施", "Resources are in place; work begins"),
    "verb_complete": ("实施完成", "Work is complete"),
    "verb_accept": ("结项", "The project is accepted"),
    "ev_signed": ("合同签订", "The contract is signed"),
    "ev_activity": ("活动：", "Activity:"),
    "ev_paid": ("拨付 {money}：", "{money} paid:"),
    "ev_frozen": ("评价方案冻结", "The evaluation scheme is frozen"),
    "ev_opened_at": ("评价开启", "The evaluation opens"),
    "ev_closed_at": ("评价结束", "The evaluation closes"),
    "ev_final": ("评价报告定稿", "The evaluation report is final"),
    # How to check
    "check_who": (
        "谁能评价：名册由居民本人确认的服务记录生成，承接机构不能增减。",
        "Who may judge: the roster is made from service records the residents confirmed; the agency cannot change it.",
    ),
    "check_anonymous": (
        "匿名：凭证用盲签名发放，没有任何地方记录谁给了什么评价。",
        "Anonymity: credentials are blindly signed; nowhere is it recorded who gave which answer.",
    ),
    "check_interval": (
        "满意度和社会效益：各题平均 4 分以上的评价所占比例；95% Wilson 区间，按名册人数作有限总体校正。",
        (
            "Satisfaction and social benefit: the share of ballots whose mean answer is 4 or more; 95 % Wilson"
            " interval, corrected for the size of the roster."
        ),
    ),
    "check_output": (
        "量化指标：计划与完成的数量之比，每项封顶 100%；它是计数，没有区间。",
        "Quantified indicators: delivered over planned, each capped at 100 %; a count has no interval.",
    ),
    "check_outcome": (
        "成效提升：没有前后两次测量就是“不可评”，不是 0 分。",
        "Improvement of outcomes: without a measurement before and after it is “not assessable”, which is not zero.",
    ),
    "check_composite": (
        "评价方案在立项前冻结，下面的哈希值可以证明此后没有改动。",
        "The scheme was frozen before approval; the hash below shows that it has not changed since.",
    ),
    "check_hidden": (
        "不公布：个人信息、评价的文字、少于 {k} 份的结果。",
        "Not published: personal data, words of answers, results of fewer than {k}.",
    ),
    "check_time": (
        "样例用沙箱时钟走完公示、评价和申诉的期限，没有缩短任何期限。",
        "The sample lets the windows of publicity, evaluation and appeal pass by a sandbox clock; none is shortened.",
    ),
    "id_project": ("项目编号", "Project id"),
    "id_lifecycle": ("全周期接口", "The whole chain"),
    "id_scheme": ("评价方案哈希（SHA-256）", "Hash of the scheme (SHA-256)"),
    "id_records": ("服务记录摘要（SHA-256）", "Digest of the service records (SHA-256)"),
    "id_report": ("评价报告编号", "Report id"),
    "id_root": (
        "评价记录树根（评价 {size} ≤ 凭证 {credentials} ≤ 名册 {roster}）",
        "Root of the ballot log (ballots {size} ≤ credentials {credentials} ≤ roster {roster})",
    ),
    "id_log": ("公开的评价记录", "Public ballot log"),
    "refused_title": ("有意尝试的越规操作", "Broken on purpose, and refused"),
    "refused_text": (
        "演示中有意尝试了 {count} 种不该做的事，系统全部拒绝，并说明了原因。",
        "The demonstration tried {count} things that must not be done; each was refused with a reason.",
    ),
    "refused_list": ("查看全部", "Show them all"),
    "refused_heads": ("尝试|状态|代码", "Attempt|Status|Code"),
}
