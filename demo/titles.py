"""What the city's articles are called and what stands in them: plausible, invented, and never twice on one website."""

from datetime import date
from functools import lru_cache

from demo.menu import Sort
from demo.names import GIVEN, SURNAMES

TOPICS = (
    "冬季供暖", "安全生产", "校园安全", "义务教育均衡发展", "农田水利建设", "防汛抗旱", "医疗保障", "养老服务",
    "食品安全", "大气污染防治", "营商环境优化", "乡村道路养护", "森林防火", "就业创业", "城市更新", "节约用水",
    "文物保护", "粮食收购", "质量提升", "电动自行车治理", "老旧小区改造", "燃气安全", "数字政务", "普法宣传",
    "退役军人优待", "妇幼保健", "招商引资", "河湖长制", "残疾人帮扶", "公共法律服务", "职业技能培训", "科技创新",
    "消费维权", "疫病防控", "生活垃圾分类", "住房保障", "土地确权", "电子商务进农村", "全民健身", "档案管理",
)  # fmt: skip
PLACES = [
    "城东",
    "城西",
    "清溪",
    "望湖",
    "临泽",
    "云岭",
    "白鹭",
    "石桥",
    "青禾",
    "南麓",
    "河阳",
    "金渡",
    "柳林",
    "官渡",
    "双桥",
    "龙泉",
    "石门",
    "桃园",
    "南湖",
    "西岗",
]
DEEDS = [
    "召开{}工作推进会",
    "开展{}专项检查",
    "举办{}业务培训班",
    "扎实推进{}工作",
    "部署近期{}重点任务",
    "组织{}宣传活动",
    "调研{}工作",
    "打好{}攻坚战",
]
NOTICES = [
    "关于做好{}工作的通知",
    "关于{}项目的公示",
    "关于开展{}专项行动的通告",
    "{}项目招标公告",
    "{}先进单位名单公示",
    "关于组织{}申报的通知",
]
POLICIES = [
    "关于印发《{}实施方案》的通知",
    "关于加强{}工作的意见",
    "《{}管理办法》",
    "关于修订{}若干措施的通知",
]
READINGS = [
    "《{}实施方案》政策解读",
    "一图读懂{}",
    "关于《{}管理办法》的解读",
    "负责同志就{}答记者问",
    "专家解读{}若干措施",
]
PLANS = ["{}专项规划", "{}年度工作计划", "{}工作总结", "{}资金绩效说明", "{}三年行动计划"]
DATA = ["{}主要指标完成情况", "{}统计月报", "{}运行情况分析"]
LETTERS = ["关于{}的咨询", "反映{}有关问题", "建议加强{}", "请问{}如何办理"]
SURVEYS = ["关于《{}管理办法（征求意见稿）》公开征求意见的公告", "{}满意度问卷", "关于{}的民意征集"]
OTHERS = ["{}典型案例", "{}经验做法", "{}先进事迹", "{}工作纪实", "{}成果展示"]
SHAPES: dict[Sort, list[str]] = {
    "news": DEEDS, "notice": NOTICES, "policy": POLICIES, "reading": READINGS, "plan": PLANS, "data": DATA,
    "letters": LETTERS, "survey": SURVEYS, "other": OTHERS, "past": OTHERS,
}  # fmt: skip
SENTENCES = (
    "会议指出，各单位要提高认识，把{}摆在突出位置，细化任务清单，压实工作责任。",
    "工作人员现场查看了台账资料，对发现的问题逐项登记，并提出了限期完成的要求。",
    "下一步，将围绕群众关心的{}问题，持续改进服务，完善长效机制。",
    "活动共发放宣传资料若干份，接受群众现场咨询，营造了良好氛围。",
    "各地要加强组织领导，统筹推进{}各项工作，确保取得实效。",
    "符合条件的单位和个人可按规定程序提出申请，逾期不予受理。",
    "负责同志详细了解了{}的进展，并与基层干部群众座谈交流。",
    "要坚持问题导向，加强部门协作，形成工作合力，推动{}落到实处。",
    "有关材料应当真实、完整，审核结果将按程序向社会公开。",
    "大家一致表示，将立足岗位，把{}的各项要求落实到具体工作中。",
)


def title(sort: Sort, short: str, salt: int, number: int, day: date) -> str:
    """The title of article `number` of a column; `salt` keeps columns and websites apart, `short` is who speaks."""
    mixed = salt + number * 7
    topic = TOPICS[mixed % len(TOPICS)]
    round_of_topics = number // len(TOPICS)  # when the topics come round again, they meet other places
    place = PLACES[(salt // len(TOPICS) + number * 3 + round_of_topics) % len(PLACES)]
    if sort == "staff":
        who = SURNAMES[mixed % len(SURNAMES)] + GIVEN[(salt + number) % len(GIVEN)]
        return f"关于{who}等同志职务任免的通知（{place}〔{day.year}〕{number + 3}号）"
    shape = SHAPES[sort][(salt + number) % len(SHAPES[sort])].format(place + topic)
    if sort == "news":
        return f"{short}{shape}" if mixed % 3 else f"{PLACES[(mixed + number) % len(PLACES)]}：{shape}"
    return f"{short}{shape}" if "《" not in shape[:2] and not shape.startswith(("关于", "一图")) else shape


@lru_cache(maxsize=4096)
def paragraphs(topic: str, salt: int) -> tuple[str, ...]:
    """Three or four paragraphs of body text."""
    found = []
    for number in range(3 + salt % 2):
        start = salt + number * 4
        found.append("".join(SENTENCES[(start + step) % len(SENTENCES)].format(topic) for step in range(4)))
    return tuple(found)
