"""What the texts of the annual report say in numbers: 接收…266 件, 结转下年 29 件, 政府网站 129 家次.

Read clause by clause in the usual wordings. A number becomes a claim only if it is clear what it speaks of: that of a
channel (网上 200 件) or of another year, a rise or fall, or “40 余家” claims nothing that the tables could be held against.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reports.annual_form import (
    APPLICANTS,
    CARRIED_IN,
    DIRECT_SUIT,
    DONE,
    FIELDS,
    LATER_SUIT,
    NEW,
    ORGANIZATIONS,
    RESULTS,
    REVIEW,
    TOTAL,
    Key,
)

Reading = tuple[Key | str, ...]
"""The sum of these: cells of the tables, or figures of the ledger (site/家次)."""


@dataclass(frozen=True, slots=True)
class Claim:
    words: str
    """As the text has it."""
    number: str
    """Digits, without thousands marks."""
    unit: str
    readings: tuple[Reading, ...]
    """What it may be; the first is the likeliest."""
    is_certain: bool = True
    """Not where the sentence may speak of other cases than the report's own."""


@dataclass(frozen=True, slots=True)
class Said:
    """One number with its surroundings, blanks taken out."""

    sentence: str
    before: str
    """Of the same clause, back to the number before."""
    after: str
    earlier: str
    """All of the sentence before the number."""
    unit: str
    year: int
    part: str
    """The text's name."""

    def says(self, pattern: str) -> bool:
        return bool(re.search(pattern, self.before))

    def goes_on(self, pattern: str) -> bool:
        return bool(re.match(pattern, self.after))


Readings = tuple[Reading, ...] | None
"""None: this reader does not know of such numbers, the next may; empty: it does, and this one claims nothing."""

_BLANKS = re.compile(r"[ \t\u3000\xa0]+")
_DIGITS = str.maketrans("０１２３４５６７８９．", "0123456789.")
_SENTENCES = re.compile(r"[。！？!?；;\n]+")
_CLAUSES = re.compile(r"[，：:（）()]|,(?!\d{3}(?!\d))|(?<=[件宗起例份项个部条次家元])、")
"""、 parts clauses after a number's unit only: 行政复议、行政诉讼 0 件 is said of both."""
_NUMBER = re.compile(
    r"(?<![\d.第])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)([余多])?"
    r"(万元|元|家次|件次|件|宗|起|例|份|项|个|部|条|家)"
)
_CASES = frozenset({"件", "件次", "宗", "份", "起", "例", "条", "个", "项"})

_NOUN = re.compile("(?:政府|政务|门户)*(?:网站|新媒体)")
"""What follows a number that stands first: 44 家政府网站."""

_COMPARED = r"同比|环比|增加|减少|增长|下降|上升|[较比](?:去年|上年|上一年|20\d\d年)"
_NOT_EXACT = r"(?:近|约|超过|超|突破)$"


def claims(text: str, part: str, year: int) -> Iterator[Claim]:
    """`text`: one of the report's, with its fields filled in; `part` is its name."""
    for sentence in _SENTENCES.split(_BLANKS.sub("", text.translate(_DIGITS))):
        earlier = ""
        for clause in filter(None, _CLAUSES.split(sentence)):
            start = 0
            for found in _NUMBER.finditer(clause):
                before, after = clause[start : found.start()], clause[found.end() :]
                start = found.end()
                said = Said(sentence, before, after, earlier + clause[: found.start()], found[3], year, part)
                if found[2] or said.says(_COMPARED) or said.says(_NOT_EXACT):
                    continue
                if readings := _readings(said):
                    words = f"{before.rpartition('、')[2]}{found[0]}{noun[0] if (noun := _NOUN.match(after)) else ''}"
                    yield Claim(
                        words, found[1].replace(",", ""), found[3], readings, _is_certain(said, readings)
                    )
            earlier += f"{clause}，"


def _readings(said: Said) -> Readings:
    return next((readings for reader in _READERS if (readings := reader(said)) is not None), None)


def _is_certain(said: Said, readings: tuple[Reading, ...]) -> bool:
    """Not the cases of the whole city, nor those that an office decides as the reviewing body; nor one of many 家次, which
    may be told fault by fault."""
    if any(isinstance(each, str) for reading in readings for each in reading):
        return said.sentence.count("家次") - said.sentence.count("再次通知") <= len(_KINDS)
    others = re.search(r"全[市县区省]|各级|各县|各单位|所属|下属", said.earlier)
    decides = re.search(r"(?:审理|受理|承办)[^，]*(?:复议|诉讼)", said.earlier)
    return not others and (not decides or "信息公开" in said.sentence)


def _fields(*names: str) -> tuple[Reading, ...]:
    """Each field is one way to read the number."""
    return tuple(FIELDS[name] for name in names)


def _together(*names: str) -> Reading:
    return tuple(key for name in names for key in FIELDS[name])


# -- the ledger -------------------------------------------------------------------------------------------

_SITE, _ACCOUNT = "网站", "新媒体|账号|公众号"
_BOTH = rf"{_SITE}[、和及与]+(?:政务)?(?:{_ACCOUNT})"
_KINDS = ("site", "account")
_WATCHED = "监控|监测|监管|监督|巡检|巡查|检查"
_SOME = "关停|关闭|注销|抽查|抽检|迁移|整合|归并|通报|约谈|合格"
_SOME_BEFORE = rf"{_SOME}|新开|新增|新建|问题|其中|涉及|每家|责令"
_SHARE = r"其中|季度|半年|\d月|平均|每[月周]"


def _of_ledger(said: Said) -> Readings:
    if said.unit not in ("家次", "家", "个"):
        return None
    kinds = _kinds(said)
    if said.unit == "家次":
        if said.says("再次通知"):
            return (tuple(f"{kind}/再次通知家次" for kind in kinds or _KINDS),)
        return () if said.says(_SHARE) else (tuple(f"{kind}/家次" for kind in kinds or _KINDS),)
    if not kinds:
        return None
    if said.says(_SOME_BEFORE) or said.goes_on(rf"[^，]{{0,12}}?(?:{_SOME})"):
        return ()
    return (tuple(f"{kind}/监控对象" for kind in kinds),) if re.search(_WATCHED, said.sentence) else ()


def _kinds(said: Said) -> tuple[str, ...]:
    """Of whom the number speaks: of what follows at once (44 家政府网站), else of what was named last."""
    if said.goes_on(rf"(?:政府|门户)*{_BOTH}(?!\d)"):
        return _KINDS
    if said.goes_on(rf"(?:政府|门户)*{_SITE}"):
        return ("site",)
    if said.goes_on(rf"(?:政务)?(?:{_ACCOUNT})"):
        return ("account",)
    if said.says(rf"{_BOTH}[^\d，、]*$"):
        return _KINDS
    named = re.findall(f"{_SITE}|{_ACCOUNT}", said.earlier if said.unit == "家次" else said.before)
    return () if not named else ("site",) if named[-1] == _SITE else ("account",)


# -- charges, reviews and suits, documents, decisions -----------------------------------------------------


def _of_charges(said: Said) -> Readings:
    if said.unit not in ("万元", "元"):
        return None
    return _fields("行政事业性收费") if said.says("行政事业性收费") else ()


_OUTCOMES = (
    ("维持", "结果维持"),
    ("纠正", "结果纠正"),
    ("其他结果", "其他结果"),
    ("未审结|正在审理|尚在审理", "尚未审结"),
)


def _of_reviews(said: Said) -> Readings:
    if said.unit not in _CASES or not re.search("复议|诉讼", said.earlier):
        return None
    if said.says("申请") and not said.says("复议|诉讼"):
        return None
    is_suit = said.earlier.rfind("诉讼") > said.earlier.rfind("行政复议")
    for words, column in _OUTCOMES:
        if said.says(words):
            return (tuple(Key(row, column) for row in ((DIRECT_SUIT, LATER_SUIT) if is_suit else (REVIEW,))),)
    if said.says("未经(?:行政)?复议"):
        return ((Key(DIRECT_SUIT, TOTAL),),)
    if said.says("复议后"):
        return ((Key(LATER_SUIT, TOTAL),),)
    if said.says("复议[^，]*诉讼"):
        each = _fields("行政复议", "行政诉讼")
        return each if said.says("均|各") else (_together("行政复议", "行政诉讼"),)
    return _fields("行政诉讼" if is_suit else "行政复议") if said.says("复议|诉讼|案件") else ()


_DOCUMENT = "规范性文件|规章(?!制度)"
_HANDLED_OTHERWISE = "清理|备案|审查|审核|评估|修改|修订|解读|失效"
_ONLY_A_VERB = re.compile(
    "(?:其中|共|累计|合计|全年|本年度?|当年|新|已|并|同时|主动|予以|宣布)*"
    "(?:制发|制定|印发|出台|废止|现行有效|继续有效)?(?:了|的|为|共|共计)*"
)


def _of_documents(said: Said) -> Readings:
    if said.unit not in ("件", "份", "部", "个", "项"):
        return None
    named = re.findall(_DOCUMENT, said.before) or re.findall(rf"^(?:行政)?({_DOCUMENT})", said.after)
    if not named and _ONLY_A_VERB.fullmatch(said.before):
        named = re.findall(_DOCUMENT, said.earlier)
    if not named:
        return None
    if re.search(_HANDLED_OTHERWISE, f"{said.before}{said.after}"):
        return ()
    kind = named[-1]
    verbs = re.findall("废止|有效|制发|制定|印发|出台", said.before) or re.findall("有效|废止", said.after)
    if not verbs:
        return _fields(f"{kind}制发", f"{kind}现行有效", f"{kind}废止")
    return _fields(f"{kind}{ {'废止': '废止', '有效': '现行有效'}.get(verbs[-1], '制发') }")


def _of_decisions(said: Said) -> Readings:
    named = dict.fromkeys(re.findall("行政许可|行政处罚|行政强制", said.before))
    if not named or said.unit not in _CASES:
        return None
    if said.unit == "条" or said.says("信息|事项|清单|目录|案卷"):
        return ()
    if said.unit in ("项", "个") and not said.says("决定"):
        return ()
    return (_together(*named),)


# -- applications -----------------------------------------------------------------------------------------

_REQUESTS = "依申请|公开申请|申请公开|信息[^，。]{0,6}申请"
_CHANNELS = "网上|网络|网站|平台|线上|线下|信函|邮寄|邮件|当面|现场|窗口|传真|电话|其中"
_ALL = "共|累计|总|合计|各种|各类|多种"
_ELSEWHERE = "咨询|信箱|热线|留言|来信|投诉|建议|提案"
_BARE = re.compile("申请(?:公开)?(?:的|事项|数量|总数|总量|信息|件|共|共计|为)*$")

_DETAILS = tuple(
    (detail.partition(".")[2].removesuffix("申请"), Key(f"{group} {detail}", TOTAL))
    for group, details in RESULTS.items()
    for detail in details
    if not detail.endswith("其他")
)
_GROUPS = "|".join(re.sub("（.*?）", "", group) for group in RESULTS)
_ANSWERS = ("予以公开", "部分公开", "不予公开", "无法提供", "不予处理")
_APPLICANT = f"法人(?:或者?|和|及|、)?其他组织|{'|'.join(APPLICANTS[:-1])}"


def _of_requests(said: Said) -> Readings:
    if said.unit not in _CASES or not (said.part == "依申请公开" or re.search(_REQUESTS, said.sentence)):
        return None
    if readings := _carried(said):
        return readings
    years = re.findall(r"(20\d\d)年", said.earlier)
    if (years and int(years[-1]) != said.year) or said.says("去年|上年"):
        return ()
    for words, key in _DETAILS:
        if words in said.before:
            return ((key,),)
    if groups := re.findall(_GROUPS, said.before):
        return _fields(groups[-1])
    if applicants := re.findall(_APPLICANT, said.before):
        return _of_applicants(applicants[-1])
    if said.says(_ELSEWHERE) or (said.says(_CHANNELS) and not said.says(_ALL)):
        return ()
    return _handled(said)


def _carried(said: Said) -> tuple[Reading, ...]:
    last, coming = (
        rf"(?:上一?年度?|去年|{said.year - 1}年度?)末?",
        rf"(?:下一?年度?|次年|明年|{said.year + 1}年度?)",
    )
    if said.says(rf"{last}[^\d]{{0,6}}结转|结转(?:自|的)?{last}") or said.goes_on(
        rf"[^，]{{0,4}}{last}.{{0,4}}结转"
    ):
        return _fields("上年结转")
    if said.says(rf"转(?:至|到|入)?{coming}|{coming}[^\d]{{0,3}}(?:办理|结转)") or said.goes_on(
        rf"[^，\d]{{0,8}}转(?:至|到|入)?{coming}"
    ):
        return _fields("结转下年")
    return _fields("结转下年", "上年结转") if said.says("结转") else ()


def _of_applicants(name: str) -> tuple[Reading, ...]:
    """Of the new ones, of all that were to be handled, or of those that were done: sentences rarely say which."""
    columns = ORGANIZATIONS if name.startswith("法人") else (name,)
    new, last, done = (tuple(Key(row, column) for column in columns) for row in (NEW, CARRIED_IN, DONE))
    return (new, (*new, *last), done)


def _handled(said: Said) -> tuple[Reading, ...]:
    to_handle = _together("本年新收", "上年结转")
    if said.says("办结|办毕|办理完[毕成]") or said.goes_on("[^，]{0,6}办结"):
        return _fields("办结")
    if said.says("答复|回复"):
        return (*_fields("办结"), _together(*_ANSWERS))
    if said.says("接收|收到|新收|受理|收件|收取|新增"):
        with_last = re.search("[含包][^，]*(?:上|去)一?年[^，]*结转", said.sentence)
        return (*_fields("本年新收"), to_handle) if with_last else _fields("本年新收")
    if said.says("办理|处理") or _BARE.search(said.before):
        return (*_fields("本年新收"), to_handle, *_fields("办结"))
    return ()


_READERS: tuple[Callable[[Said], Readings], ...] = (
    _of_ledger,
    _of_charges,
    _of_reviews,
    _of_documents,
    _of_decisions,
    _of_requests,
)
