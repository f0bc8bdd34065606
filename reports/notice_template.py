"""The built-in Word template of the notice: 公文 form (GB/T 9704-2012), built in code, so that no binary is kept.

The office may take it out, change it in Word and put it back: every field has a Chinese name, and a row that a table
repeats stands between two rows of its own that vanish.
"""

from collections.abc import Sequence
from functools import cache

from docx.document import Document as Notice

from reports.official_form import (
    CENTRE,
    GREY,
    SONG,
    STYLES,
    Column,
    Style,
    fill,
    keep_whole,
    list_attachments,
    new_document,
    new_table,
    red_head,
    saved,
    sign,
)

FIELDS = (
    "可用字段：发文机关、通知单名称、文号、标题、主送单位、周、起始日期、截止日期、情况、整改时限、时限说明、原文号、原因、"
    "附件、落款日期、联系人；判断用：草稿、加急、更正、撤回、需整改；问题表：新列问题、再次通知、已整改、更正问题、撤回问题；"
    "表中每行：序号、主办单位、类型、名称、标识码、问题类型、栏目路径、网址、问题描述、最后更新日期、已超期天数、依据条款、"
    "首次发现、截图编号、整改时限、通知次数、问题来源、整改日期；节号() 依次得到“一、”“二、”。本段不会印出，可以删除。"
)

NAME = ("网站（账号）", 31, ("{{ 行.名称 }}", "{{ 行.标识码 }}"))
KIND = ("问题类型", 23, ("{{ 行.问题类型 }}",))
DETAIL = "{{ 行.问题描述 }}{% if 行.依据条款 %}（依据：{{ 行.依据条款 }}）{% endif %}"
SEEN = ("首次发现", 20, ("{{ 行.首次发现 }}",))
DUE = ("整改时限", 20, ("{{ 行.整改时限 }}",))
ORDINAL = ("序号", 10, ("{{ 行.序号 }}",))

Columns = Sequence[tuple[str, int, tuple[str, ...]]]
"""Heading, millimetres, paragraphs of the cell."""
FIRST_TIME: Columns = (ORDINAL, NAME, KIND, ("问题描述", 52, (DETAIL,)), SEEN, DUE)
AGAIN: Columns = (
    ORDINAL,
    NAME,
    KIND,
    ("问题描述", 39, (DETAIL,)),
    SEEN,
    ("通知次数", 13, ("{{ 行.通知次数 }}",)),
    DUE,
)
RECTIFIED: Columns = (
    ORDINAL,
    NAME,
    KIND,
    ("问题描述", 50, ("{{ 行.问题描述 }}",)),
    SEEN,
    ("复查确认", 22, ("{{ 行.整改日期 }}",)),
)
WITHDRAWN: Columns = (ORDINAL, NAME, KIND, ("问题描述", 72, (DETAIL,)), SEEN)

LAW = "《国务院办公厅秘书局关于印发政府网站与政务新媒体检查指标、监管工作年度考核指标的通知》（国办秘函〔2019〕19号）"


@cache
def built_in_template() -> bytes:
    """The same bytes every time: its hash is written into each notice."""
    hint = Style("模板说明", SONG, 9, 12, colour=GREY)
    document = new_document((*STYLES, hint), mark="{% if 草稿 %}草稿，未签发，请勿外传{% endif %}")
    _head(document)
    _body(document)
    _foot(document)
    return saved(document, "问题整改通知单")


# -- the text ---------------------------------------------------------------------------------------------


def _head(document: Notice) -> None:
    add = document.add_paragraph
    add("{%p if 加急 %}")
    add("加急", "公文紧急程度")
    add("{%p endif %}")
    red_head(document, "{{ 发文机关 }}", "{{ 通知单名称 }}", "{{ 文号 }}")
    add("{{ 标题 }}", "公文标题")
    add("{{ 主送单位 }}：", "公文主送")


def _body(document: Notice) -> None:
    def say(text: str, style: str = "公文正文") -> None:
        document.add_paragraph(text, style)

    def only_if(condition: str) -> None:
        document.add_paragraph(f"{{%p if {condition} %}}")

    def end() -> None:
        document.add_paragraph("{%p endif %}")

    def table(name: str, heading: str, columns: Columns) -> None:
        only_if(name)
        say(f"{{{{ 节号() }}}}{heading}（{{{{ {name}|length }}}}个）", "公文小节")
        _table(document, name, columns)
        end()

    only_if("撤回")
    say(
        "经核实，{{ 原文号 }}《{{ 通知单名称 }}》（{{ 周 }}）现予撤回，自本通知印发之日起不再执行。"
        "{% if 原因 %}撤回原因：{{ 原因 }}。{% endif %}"
    )
    end()
    only_if("更正")
    say(
        "{{ 原文号 }}《{{ 通知单名称 }}》（{{ 周 }}）所列内容有误，现予更正，不一致之处以本通知为准。"
        "{% if 原因 %}更正原因：{{ 原因 }}。{% endif %}"
    )
    end()
    only_if("情况")
    say(
        f"根据{LAW}等规定，{{{{ 起始日期 }}}}至{{{{ 截止日期 }}}}（{{{{ 周 }}}}），对你单位主办的网站和政务新媒体进行了"
        "巡检和复核：{{ 情况 }}。现将有关情况通知如下。"
    )
    end()
    table("新列问题", "新列问题", FIRST_TIME)
    table("再次通知", "再次通知的问题", AGAIN)
    table("更正问题", "更正后的问题", FIRST_TIME)
    table("已整改", "已整改（销号）的问题", RECTIFIED)
    table("撤回问题", "撤回的问题", WITHDRAWN)
    only_if("需整改")
    say("{{ 节号() }}整改要求", "公文小节")
    say("（一）请你单位于{{ 整改时限 }}完成整改。{{ 时限说明 }}")
    say(
        "（二）请通过本通知邮件中的反馈链接，逐项反馈整改措施、完成日期和责任人。整改结果以复查为准，经复查已整改的予以销号。"
    )
    say("（三）因客观原因不能按期整改的，请在时限届满前反馈情况并申请报备。")
    say("（四）逾期未整改的，将再次通知，并按有关规定逐级督办。")
    end()
    only_if("撤回")
    say("请不再按原通知单进行整改。由此带来的不便，敬请谅解。")
    end()
    say("特此通知。")
    document.paragraphs[-1].paragraph_format.keep_with_next = True  # no page with a signature and no text


def _foot(document: Notice) -> None:
    add = document.add_paragraph
    add("{%p if 附件 %}")
    list_attachments(document, "{{ 附件 }}")
    add("{%p endif %}")
    sign(document, "{{ 发文机关 }}（印章）", "{{ 落款日期 }}")
    add("{%p if 联系人 %}")
    add("（联系人：{{ 联系人 }}）", "公文正文")
    add("{%p endif %}")
    add(f"{{#p {FIELDS} #}}", "模板说明")


def _table(document: Notice, name: str, columns: Columns) -> None:
    """Heading, {%tr for %}, the row that is repeated, {%tr endfor %}; the second and the last vanish."""
    table = new_table(document, 4, [Column(title, width) for title, width, _ in columns])
    _, opening, row, closing = table.rows
    keep_whole(row)
    for cell, (title, _, lines) in zip(row.cells, columns, strict=True):
        fill(cell, lines, "公文表格", None if title in ("问题描述", NAME[0]) else CENTRE)
    for each, word in ((opening, f"for 行 in {name}"), (closing, "endfor")):
        merged = each.cells[0].merge(each.cells[-1])
        fill(merged, (f"{{%tr {word} %}}",), "公文表格")
