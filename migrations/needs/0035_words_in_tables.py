"""Let the cells of a table say in Chinese what the interface says in codes."""

import json

from wushe import migrate

revision = "0035"
down_revision = "0034"

# A column, then a line per code: the code and the words that mean it.
WORDS = {
    "channel": """
        mini_program 小程序 微信小程序 微信
        visit 走访 入户走访 入户
        outreach 外展 摆摊 设点
        hotline 热线 电话 来电 12345
        meeting 会议 议事会 座谈会
        partner 合作单位 机构转来
        paper 纸质 纸质表 登记表""",
    "input": """
        typed 本人录入 打字
        dictated 口述
        transcribed 录音转写 转写
        worker_notes 工作人员记录 记录 代录""",
    "field": """
        elderly 老年人服务 养老 老年
        child_youth 儿童青少年服务 儿童青少年 青少年
        disability 残疾人服务 残障康复 助残
        social_assistance 社会救助 扶贫济困 救助
        marriage_family 婚姻家庭
        mental_health 精神卫生 心理健康
        community_building 社区建设
        environment_facility 人居环境与公共设施 人居环境 公共设施 环境设施
        dispute_mediation 纠纷调解 调解
        drug_rehab 禁毒戒毒 戒毒
        correction 矫治帮教 社区矫正 犯罪预防
        employment 就业援助 职工帮扶 就业
        school_education 教育辅导 学校社工
        health_medical 医务与健康 健康 医疗
        migrant 外来人口服务 外来人口
        veterans 退役军人 优抚
        emergency 应急处置 应急
        women 妇女权益
        charity_volunteer 慈善事业与志愿服务 志愿服务 慈善
        culture 群众文化 文化 文体""",
    "target_group": """
        extreme_hardship 特困人员 特困
        low_income 最低生活保障对象 低保 低保户 低保对象
        low_income_margin 最低生活保障边缘家庭 低保边缘 低保边缘家庭
        rigid_expense_family 刚性支出困难家庭 支出型困难家庭
        elderly 老年人 老人 老年人(60周岁以上)
        living_alone_elderly 独居老人 独居
        empty_nest_elderly 空巢老人 空巢
        oldest_old 高龄老人 高龄 高龄老人(80周岁以上)
        disabled_frail_elderly 失能老人 失智老人 失能
        child 儿童 儿童(不满14周岁)
        youth 青少年 青少年(14周岁及以上)
        left_behind_child 留守儿童 留守
        child_in_difficulty 困境儿童 孤儿 事实无人抚养儿童 困境儿童(含孤儿、事实无人抚养)
        disabled 残疾人 残疾
        women 妇女
        infant_family 婴幼儿家庭
        migrant 流动人口 新市民 外来人口
        community_correction 社区矫正对象 社区矫正
        released 安置帮教对象 安置帮教 刑满释放人员
        drug_rehab 戒毒康复人员
        mental_disorder 精神障碍患者
        veteran 退役军人 优抚对象
        unemployed 失业 就业困难人员 失业人员
        special_family_planning_family 计划生育特殊家庭 失独家庭
        bereaved 丧亲家庭
        residents 社区居民 居民 普遍 社区居民(普遍)""",
    "urgency": """
        critical 特急 立即 特急(立即)
        high 紧急 急 紧急(24小时-3日)
        normal 一般 普通 一般(7-30日)
        low 建议类 建议 不急""",
    "guardian_relation": """
        parent 父母 父亲 母亲 爸爸 妈妈
        grandparent 祖父母 爷爷 奶奶 外公 外婆
        sibling 兄姐 哥哥 姐姐
        relative 亲属 亲戚
        foster 寄养家庭 寄养
        institution 福利机构 机构""",
    "proxy_relation": """
        family 家人 家属
        neighbour 邻居
        guardian 监护人
        volunteer 志愿者
        worker 工作人员 社区工作者
        agency 机构""",
    "consent_given": """
        online 线上
        spoken 口头
        written 书面""",
    "crs": """
        wgs84 GPS 地球坐标
        gcj02 火星坐标 高德 腾讯
        bd09 百度""",
    "synthetic": """
        true 是
        false 否""",
}


def upgrade() -> None:
    words = {
        column: {code: said for code, *said in map(str.split, lines.strip().splitlines())}
        for column, lines in WORDS.items()
    }
    source = "code tables of the gateway and what lists commonly say; every city adds its own words"
    migrate.add_rule("import_words", json.dumps(words, ensure_ascii=False), source)
