"""What a text says in numbers, in the wordings that reports use; and what it does not say."""

import pytest

from reports.annual_claims import Claim, claims
from reports.annual_form import FIELDS, Key

REQUESTS, OTHER = "依申请公开", "监督保障"


def said(text: str, part: str = REQUESTS) -> list[Claim]:
    return list(claims(text, part, 2025))


def read(text: str, part: str = REQUESTS) -> list[tuple[str, str]]:
    """The number and its likeliest reading: a field's name, a row, or the ledger's figure."""
    names = {keys: name for name, keys in FIELDS.items()}
    return [
        (
            claim.number,
            names.get(claim.readings[0])  # type: ignore[call-overload]
            or "+".join(
                each if isinstance(each, str) else f"{each.row}/{each.column}" for each in claim.readings[0]
            ),
        )
        for claim in said(text, part)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "共接收政府信息依申请公开事项 266 件",
        "2025年，共收到政府信息公开申请266件",
        "本机关新收政府信息公开申请266件",
        "全年受理依申请公开 266 件",
        "共收到266件政府信息公开申请",
        "收到群众申请２６６件",
        "收到各类申请266宗",
        "通过各种渠道共收到申请266件",
    ],
)
def test_applications_received(text: str) -> None:
    assert read(text) == [("266", "本年新收")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("上年结转 2 件", "上年结转"),
        ("上年度结转2件", "上年结转"),
        ("上一年度结转2件", "上年结转"),
        ("2024年结转2件", "上年结转"),
        ("结转上年2件", "上年结转"),
        ("2件为上年度结转", "上年结转"),
        ("办结 2 件", "办结"),
        ("已办理完毕2件", "办结"),
        ("2件已按时办结", "办结"),
        ("按期答复2件", "办结"),
        ("结转下年 2 件", "结转下年"),
        ("结转下年度继续办理2件", "结转下年"),
        ("结转至下一年度2件", "结转下年"),
        ("结转2026年继续办理2件", "结转下年"),
        ("2件结转下年度继续办理", "结转下年"),
        ("予以公开2件", "予以公开"),
        ("不予公开2件", "不予公开"),
        ("无法提供的2件", "无法提供"),
        ("不予处理2件", "不予处理"),
        ("其他处理2件", "其他处理"),
        ("本机关不掌握相关政府信息2件", "（四）无法提供 1.本机关不掌握相关政府信息/总计"),
        ("重复申请2件", "（五）不予处理 2.重复申请/总计"),
        ("其中自然人申请2件", "一、本年新收政府信息公开申请数量/自然人"),
        ("商业企业2件", "一、本年新收政府信息公开申请数量/商业企业"),
    ],
)
def test_what_became_of_applications(text: str, name: str) -> None:
    assert read(f"2025年，{text}。") == [("2", name)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("制发行政规范性文件 7 件", "规范性文件制发"),
        ("出台规范性文件7件", "规范性文件制发"),
        ("印发7件行政规范性文件", "规范性文件制发"),
        ("废止规范性文件7件", "规范性文件废止"),
        ("行政规范性文件现行有效7件", "规范性文件现行有效"),
        ("现行有效规范性文件7件", "规范性文件现行有效"),
        ("制定规章7部", "规章制发"),
        ("作出行政许可决定7件", "行政许可"),
        ("办理行政处罚7件", "行政处罚"),
        ("作出行政强制决定7项", "行政强制"),
        ("因政府信息公开引起的行政复议案件 7 件", "行政复议"),
        ("被申请行政复议7起", "行政复议"),
        ("行政诉讼7件", "行政诉讼"),
        ("发生行政诉讼案件7起", "行政诉讼"),
        ("行政诉讼中未经复议直接起诉7件", "行政诉讼 未经复议直接起诉/总计"),
        ("收取行政事业性收费7万元", "行政事业性收费"),
    ],
)
def test_documents_decisions_reviews_and_charges(text: str, name: str) -> None:
    assert read(text, OTHER) == [("7", name)]


def test_what_follows_without_a_noun_goes_on_with_the_noun_before() -> None:
    text = "2025年制发行政规范性文件7件，废止121件，现行有效176件；行政复议2件，其中维持1件、尚未审结1件；行政诉讼0件"
    assert read(text, OTHER) == [
        ("7", "规范性文件制发"),
        ("121", "规范性文件废止"),
        ("176", "规范性文件现行有效"),
        ("2", "行政复议"),
        ("1", "行政复议/结果维持"),
        ("1", "行政复议/尚未审结"),
        ("0", "行政诉讼"),
    ]


def test_one_number_for_reviews_and_suits_is_their_sum_and_two_numbers_are_each_its_own() -> None:
    together = FIELDS["行政复议"] + FIELDS["行政诉讼"]
    assert said("行政复议、行政诉讼共2件", OTHER)[0].readings == (together,)
    assert read("行政复议2件、行政诉讼0件", OTHER) == [("2", "行政复议"), ("0", "行政诉讼")]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        (
            "对全市 44 家政府网站、294 家政务新媒体进行每日监控",
            [("44", "site/监控对象"), ("294", "account/监控对象")],
        ),
        ("每日巡检政府网站44个、政务新媒体账号294个", [("44", "site/监控对象"), ("294", "account/监控对象")]),
        ("监测政府网站和政务新媒体338家", [("338", "site/监控对象+account/监控对象")]),
        ("涉及政府网站 129 家次、政务新媒体 710 家次", [("129", "site/家次"), ("710", "account/家次")]),
        ("督促整改129家次政府网站、1,710家次政务新媒体", [("129", "site/家次"), ("1710", "account/家次")]),
        ("累计通知839家次", [("839", "site/家次+account/家次")]),
        ("通知网站129家次，其中再次通知9家次", [("129", "site/家次"), ("9", "site/再次通知家次")]),
    ],
)
def test_what_the_ledger_counts(text: str, figures: list[tuple[str, str]]) -> None:
    assert read(text, "政府信息管理") == figures


@pytest.mark.parametrize(
    "text",
    [
        "2024年收到申请240件",
        "收到申请较上年增加20件",
        "收到申请同比增长10件",
        "网上申请200件",
        "通过信函收到申请66件",
        "收到申请260余件",
        "收到申请近300件",
        "受理网民咨询、投诉事项3872件",
        "办结市长信箱来信300件",
        "发布各类政务信息6003条",
        "依据《条例》第20条办理",
        "2025年12月31日",
        "清理规范性文件300件",
        "解读规范性文件12件",
        "完善规章制度3项",
        "公开行政许可信息500条",
        "公布行政许可事项55项",
        "收取信息处理费100元",
        "关停政府网站2家",
        "监测中抽查政府网站10家",
        "对10家网站进行抽查",
        "日常监管中发现问题涉及政府网站30家",
        "一季度通知政府网站30家次",
        "其中县区网站30家次",
        "每日检查40余家政府网站",
    ],
)
def test_what_speaks_of_something_else_claims_nothing(text: str) -> None:
    assert said(text) == []


def test_letters_answered_are_no_applications_where_the_text_does_not_speak_of_these() -> None:
    assert said("全年办结群众反映事项239件", OTHER) == []
    assert read("依申请公开办结239件", OTHER) == [("239", "办结")]


def test_what_counts_the_whole_city_or_others_cases_is_only_a_doubt() -> None:
    assert [claim.is_certain for claim in said("全市各级行政机关共收到申请1266件")] == [False]
    assert [claim.is_certain for claim in said("审理行政复议案件300件", OTHER)] == [False]
    assert [claim.is_certain for claim in said("行政复议3件", OTHER)] == [True]
    by_fault = "空白栏目涉及网站30家次，更新不及时涉及网站99家次，账号710家次"
    assert [claim.is_certain for claim in said(by_fault, OTHER)] == [False] * 3


def test_new_applications_may_be_told_together_with_those_of_last_year_where_it_says_so() -> None:
    (plain,) = said("收到申请268件")
    with_last, last = said("收到申请268件（含上年结转2件）")
    assert len(plain.readings) == 1
    assert FIELDS["本年新收"] + FIELDS["上年结转"] in with_last.readings
    assert last.readings == (FIELDS["上年结转"],)


def test_a_claim_quotes_the_text() -> None:
    told = said("对全市 44 家政府网站、294 家政务新媒体进行每日监控", "政府信息管理")
    assert [claim.words for claim in told] == ["对全市44家政府网站", "294家政务新媒体"]
    assert isinstance(said("办结239件")[0].readings[0][0], Key)
