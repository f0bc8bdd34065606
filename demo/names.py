"""Invented names: the city of Yunze (云泽市), its districts, departments and people. None of them exists."""

from random import Random

CITY = "云泽市"
CITY_OFFICE = "云泽市人民政府办公室"

DISTRICTS = (
    "城东区", "城西区", "清溪区", "望湖区", "临泽县", "东平岗县", "云岭县", "白鹭县",
    "石桥县", "青禾县", "南麓县", "长堰市", "河阳市", "松原岭县", "金渡区", "翠屏湖区",
)  # fmt: skip
DEPARTMENTS = (
    "教育局", "水利局", "民政局", "财政局", "公安局", "司法局", "交通运输局", "农业农村局", "商务局",
    "生态环境局", "住房和城乡建设局", "卫生健康委员会", "应急管理局", "审计局", "统计局", "医疗保障局",
    "市场监督管理局", "自然资源和规划局", "文化广电和旅游局", "人力资源和社会保障局", "发展和改革委员会",
    "科学技术局", "工业和信息化局", "退役军人事务局", "城市管理局", "信访局", "林业局", "体育局",
    "国有资产监督管理委员会", "乡村振兴局", "粮食和物资储备局", "机关事务管理局",
)  # fmt: skip
UNITS = (
    "住房公积金管理中心", "公共资源交易中心", "气象局", "高新技术产业开发区管理委员会", "地震局", "档案馆",
    "供销合作社", "经济技术开发区管理委员会", "红十字会", "残疾人联合会", "消防救援支队", "政务服务中心",
)  # fmt: skip
TOWNS = [
    "柳林",
    "官渡",
    "双桥",
    "龙泉",
    "马家",
    "石门",
    "大河",
    "白沙",
    "新华",
    "解放",
    "桃园",
    "李庄",
    "三里",
    "北关",
    "南湖",
    "西岗",
    "东坡",
    "槐树",
    "杨集",
    "清水",
]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢"
GIVEN = [
    "明辉",
    "建国",
    "丽华",
    "志强",
    "晓燕",
    "文博",
    "海涛",
    "雪梅",
    "立新",
    "春生",
    "玉兰",
    "国栋",
    "佳宁",
    "振华",
    "思远",
    "慧敏",
    "永刚",
    "红霞",
    "俊杰",
    "淑珍",
]


def person(chance: Random) -> str:
    return chance.choice(SURNAMES) + chance.choice(GIVEN)


def office_of(body: str) -> str:
    """The body that answers for a government's own website."""
    return body.replace("人民政府", "人民政府办公室")


def bodies(count: int, chance: Random) -> list[tuple[str, str, str]]:
    """`count` bodies with a website: (rank, name, six-digit area code). The city itself comes first."""
    districts = chance.sample(DISTRICTS, 12)
    departments = chance.sample(DEPARTMENTS, 26)
    units = chance.sample(UNITS, len(UNITS))
    found = [("portal", f"{CITY}人民政府", "419900")]
    found += [
        ("district", f"{CITY}{name}人民政府", f"4199{number:02d}") for number, name in enumerate(districts, 2)
    ]
    found += [("department", f"{CITY}{name}", "419900") for name in departments]
    found += [("unit", f"{CITY}{name}", "419900") for name in units[:7]]
    below = [
        ("department", f"{CITY}{district}{name}", f"4199{number:02d}")
        for name in departments
        for number, district in enumerate(districts, 2)
    ]
    below += [
        ("unit", f"{CITY}{district}{town}镇人民政府", f"4199{number:02d}")
        for town in TOWNS
        for number, district in enumerate(districts, 2)
    ]
    found += below
    if count < 44:  # a small city still has some of each rank
        return [found[index] for index in sorted([0, *chance.sample(range(1, 44), count - 1)])]
    return (found + _centres(count - len(found)))[:count]


def _centres(count: int) -> list[tuple[str, str, str]]:
    return [("unit", f"{CITY}第{number}社区服务中心", "419999") for number in range(1, count + 1)]
