"""The columns that a government website may have, with the limit that the national indicators set by a column's name.

Names are chosen so that one naming rule fits and no second one: nobody can argue about the class of a planted fault.
"""

from dataclasses import dataclass
from typing import Literal

Sort = Literal[
    "news", "notice", "policy", "reading", "staff", "plan", "data", "other",
    "static", "letters", "survey", "past", "parent",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Duty:
    """How old (days) the newest item of a column may be while it is safely fresh, and while it is safely stale.

    `stale` lies at 130 % of the longest limit that any reading of the regulations gives to the sort, or further.
    """

    fresh: tuple[int, int]
    stale: tuple[int, int] | None = None
    step: tuple[int, int] = (1, 2)


DUTIES: dict[Sort, Duty] = {
    "news": Duty((0, 5), (20, 70), (1, 2)),  # 14 days
    "notice": Duty((0, 40), (250, 380), (4, 12)),  # 6 months
    "policy": Duty((1, 90), (490, 700), (8, 30)),  # 6 months, 1 year for columns further down
    "reading": Duty((1, 80), (490, 640), (8, 25)),  # 6 months, or 1 year as long not updated
    "staff": Duty((1, 150), (490, 800), (15, 40)),  # 1 year
    "plan": Duty((1, 180), (490, 800), (20, 60)),  # 1 year
    "data": Duty((1, 45), None, (28, 31)),  # 3 months, judged elsewhere
    "other": Duty((0, 60), (500, 900), (5, 20)),  # no certain class: a person decides
    "letters": Duty((1, 12), None, (2, 5)),
    "survey": Duty((1, 40), None, (20, 40)),
    "past": Duty((700, 1500), None, (5, 30)),
    "static": Duty((500, 1500), None, (1, 2)),
    "parent": Duty((0, 0), None, (1, 2)),
}

Item = tuple[str, Sort]

NEWS: tuple[str, ...] = ("要闻动态", "工作动态", "部门动态", "图片新闻", "时政要闻", "基层动态", "工作进展")
PORTAL_NEWS: tuple[str, ...] = ("政务要闻", "部门动态", "县区快讯", "图片新闻", "时政要闻")
NOTICES: tuple[str, ...] = ("通知公告", "公示公告")
OPENNESS: tuple[Item, ...] = (
    ("政策文件", "policy"),
    ("规范性文件", "policy"),
    ("法规规章", "policy"),
    ("政策解读", "reading"),
    ("人事信息", "staff"),
    ("规划计划", "plan"),
    ("财政预决算", "plan"),
    ("工作总结", "plan"),
    ("统计数据", "data"),
)
STATIC: tuple[str, ...] = ("机构职能", "领导之窗", "单位概况", "联系我们")
OTHERS: tuple[str, ...] = ("乡村振兴", "营商环境", "文明创建", "安全生产", "法治建设", "党建工作")

SLUGS = {
    "要闻动态": "ywdt", "工作动态": "gzdt", "部门动态": "bmdt", "图片新闻": "tpxw", "时政要闻": "szyw",
    "基层动态": "jcdt", "工作进展": "gzjz", "政务要闻": "zwyw", "县区快讯": "xqkx", "通知公告": "tzgg",
    "公示公告": "gsgg", "政策文件": "zcwj", "规范性文件": "gfxwj", "法规规章": "fggz", "政策解读": "zcjd",
    "人事信息": "rsxx", "规划计划": "ghjh", "财政预决算": "czyjs", "工作总结": "gzzj", "统计数据": "tjsj",
    "机构职能": "jgzn", "领导之窗": "ldzc", "单位概况": "dwgk", "联系我们": "lxwm", "乡村振兴": "xczx",
    "营商环境": "yshj", "文明创建": "wmcj", "安全生产": "aqsc", "法治建设": "fzjs", "党建工作": "djgz",
    "领导信箱": "ldxx", "民意征集": "myzj", "历史专题": "lszt", "新闻中心": "xwzx", "政务公开": "zwgk",
    "互动交流": "hdjl", "专题专栏": "ztzl",
}  # fmt: skip
