"""What may be content though it is no text, no row and no picture: its page is not called blank."""

import pytest

from crawler.extract.page import frame_of, settle
from tests.crawler.extract.sample_pages import SITE, a_list, a_page, reading, skimmed

FRAME_OF_NOTHING = '<div class="list"><ul></ul></div>'


@pytest.mark.parametrize(
    "middle",
    [
        '<svg width="300"><text x="1" y="2">办公室</text></svg>',
        '<div style="background-image:url(/images/zzjg.jpg);height:600px"></div>',
        '<div class="jg" style="height:600px;background:#fff url(\'/images/zzjg.jpg\') no-repeat"></div>',
        "<button onclick=\"location.href='/a.html'\">企业年报</button>",
        '<div onclick="go(1)">企业年报</div><div onclick="go(2)">个人年报</div>',
        '<p><a href="javascript:void(0)" onclick="go(2)">2025年报</a></p>',
        '<p><a href="javascript:go(2)">2025年报</a></p>',
        '<p><a href="/files/1.pdf">下载</a></p>',
        '<p><a href="javascript:void(0)" onclick="load(2)">点击下载</a></p>',
        "<table><tr><td>张三</td><td>386 1234</td></tr></table>",
        "<table><tr><td>张三</td><td>局长</td></tr></table>",
        "<table><tr><th>姓名</th><th>电话</th></tr><tr><td>张三</td><td>386123</td></tr></table>",
        "<table><tr><th>姓名</th><td>张三</td></tr></table>",
        "<dl><dt>姓名</dt><dd>张三</dd></dl>",
        "<ul><li>局长 张三</li><li>副局长 李四</li></ul>",
    ],
)
def test_a_page_that_shows_or_opens_something_is_not_called_blank(middle: str) -> None:
    assert reading(a_page(middle)).blank is None


@pytest.mark.parametrize(
    "middle",
    [
        '<p><button onclick="window.print()">打印</button> <button onclick="window.close()">关闭窗口</button></p>',
        '<form><input name="q"><button onclick="find()">查 询</button><button onclick="clear()">重置</button></form>',
        '<div class="page"><a href="#" onclick="turn(1)">首页</a> <a href="#" onclick="turn(2)">下一页</a></div>',
        "<table><tr><td>索引号</td><td>文件名称</td><td>生成日期</td></tr></table>",
        "<table><tr><th>姓名</th><th>电话</th></tr></table>",
        '<svg><path d="M0 0"/></svg>',
        '<div style="background:#fff"></div>',
        '<ul class="tab"><li onclick="tab(0)">通知公告</li></ul>',
        '<div style="display:none"><div onclick="go(1)">企业年报</div></div>',
        '<a href="/zwgk/">更多</a>',
    ],
)
def test_buttons_that_serve_the_page_and_heads_of_empty_tables_offer_nothing(middle: str) -> None:
    assert reading(a_page(FRAME_OF_NOTHING + middle)).blank is True


def test_what_all_pages_offer_is_frame() -> None:
    button = '<div onclick="ask(1)">在线咨询</div>'
    crumb = '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; {name}</div>'
    pages = {
        name: skimmed(a_page(middle + button, crumb=crumb.format(name=name), title=name), f"{SITE}/{name}/")
        for name, middle in (
            ("规划", a_list("2026-11-03")),
            ("计划", a_list("2026-11-04", "2026-11-05")),
            ("总结", a_list("2026-11-06")),
            ("信访", FRAME_OF_NOTHING),
        )
    }
    frame = frame_of(pages.values())

    assert settle(pages["信访"], frame).blank is True
    assert settle(pages["信访"]).blank is None
