"""Lists that are not in the page: it names an interface, a file or another page, from which a script brings them in.

Every script here works in a browser. Where an address stands in the page as such, a program may read it without one.
"""

import json
from base64 import b64encode

from demo.answer import Answer
from demo.shapes.shape import Listed, Shape

FILL = (
    "function fillList(rows){var h='';for(var i=0;i<rows.length;i++){h+='<li><a href=\"'+rows[i].url+'\" title=\"'+rows[i].title+'\">'"
    "+rows[i].title+'</a><span>'+rows[i].pubDate+'</span></li>';}"
    "document.getElementById('infoList').innerHTML=h||'<li class=\"none\">暂无数据</li>';}"
)
HOLDER = '<ul class="info-list" id="infoList"></ul>'


def script(text: str) -> str:
    return f'<script type="text/javascript">{text}</script>'


def as_json(found: object) -> Answer:
    return Answer(json.dumps(found, ensure_ascii=False).encode(), "application/json; charset=utf-8")


class JsonByGet(Shape):
    """`XMLHttpRequest` asks a list interface; the address stands in the page."""

    name = "json-get"

    def area(self, listed: Listed, page: int) -> str:
        return HOLDER + script(
            f"{FILL}var xhr=new XMLHttpRequest();xhr.open('GET','{self.address(listed)}?pageIndex=1&pageSize=20',true);"
            "xhr.onload=function(){fillList(JSON.parse(xhr.responseText).data.list);};xhr.send();"
        )

    def address(self, listed: Listed) -> str:
        return f"/api/info/{listed.slug}/list"

    def answer(self, listed: Listed, path: str, query: dict[str, str]) -> Answer | None:
        if path != self.address(listed):
            return None
        rows = listed.records
        return as_json({"code": 200, "msg": "success", "data": {"total": len(rows), "list": rows}})


class JsonByPost(Shape):
    """The same by POST: which column is meant stands in the body."""

    name = "json-post"
    path = "/portal/article/queryList.do"

    def area(self, listed: Listed, page: int) -> str:
        return HOLDER + script(
            f"{FILL}var xhr=new XMLHttpRequest();xhr.open('POST','{self.path}',true);"
            "xhr.setRequestHeader('Content-Type','application/x-www-form-urlencoded');"
            "xhr.onload=function(){fillList(JSON.parse(xhr.responseText).rows);};"
            f"xhr.send('channelId={listed.slug}&pageNo=1&pageSize=20');"
        )

    def answer(self, listed: Listed, path: str, query: dict[str, str]) -> Answer | None:
        if path != self.path or query.get("channelId") != listed.slug:
            return None
        return as_json({"total": len(listed.column.numbers), "rows": listed.records})


class JsonP(Shape):
    """A script element whose answer calls a function with the rows."""

    name = "jsonp"

    def area(self, listed: Listed, page: int) -> str:
        source = f'<script src="{self.address(listed)}?callback=showList&amp;rows=20"></script>'
        return HOLDER + script(f"{FILL}function showList(r){{fillList(r.result);}}") + source

    def address(self, listed: Listed) -> str:
        return f"/jsonp/{listed.slug}.do"

    def answer(self, listed: Listed, path: str, query: dict[str, str]) -> Answer | None:
        if path != self.address(listed):
            return None
        told = json.dumps({"count": len(listed.records), "result": listed.records}, ensure_ascii=False)
        return Answer(
            f"{query.get('callback', 'callback')}({told});".encode(), "application/javascript; charset=utf-8"
        )


class InlineJson(Shape):
    """The rows stand in the page, as a value in a script."""

    name = "inline-json"

    def area(self, listed: Listed, page: int) -> str:
        rows = json.dumps(listed.records, ensure_ascii=False)
        return HOLDER + script(f"{FILL}var listData = {rows};fillList(listData);")


class ScriptFile(Shape):
    """A static file of script holds the rows, made anew whenever something is published."""

    name = "script-file"

    def area(self, listed: Listed, page: int) -> str:
        return (
            HOLDER + f'<script src="{self.address(listed)}"></script>' + script(f"{FILL}fillList(infoData);")
        )

    def address(self, listed: Listed) -> str:
        return f"/js/data/list_{listed.slug}.js"

    def answer(self, listed: Listed, path: str, query: dict[str, str]) -> Answer | None:
        if path != self.address(listed):
            return None
        rows = json.dumps(listed.records, ensure_ascii=False)
        return Answer(f"var infoData={rows};\n".encode(), "application/javascript; charset=utf-8")


class DataProxy(Shape):
    """Hanweb jpage with nothing in the page: even the first rows come from dataproxy.jsp."""

    name = "hanweb-dataproxy"
    path = "/module/web/jpage/dataproxy.jsp"
    unit = 518900

    def area(self, listed: Listed, page: int) -> str:
        unit, number = self.unit + listed.column.index, 71200 + listed.column.index
        ask = f"{self.path}?startrecord=1&endrecord=20&perpage=20&appid=1&columnid={number}&unitid={unit}&webid={listed.site.index}"
        return f"""<div id="{unit}" class="default_pgContainer"></div><script type="text/xml"><datastore>
<nextgroup><![CDATA[<a href="{ask}"></a>]]></nextgroup>
<recordset></recordset></datastore></script>
<script>var xhr=new XMLHttpRequest();xhr.open('GET','{ask}',true);xhr.onload=function(){{
var p=xhr.responseText.split('<![CDATA['),h='';for(var i=1;i<p.length;i++){{h+=p[i].split(']]>')[0];}}
document.getElementById('{unit}').innerHTML='<ul>'+h+'</ul>';}};xhr.send();</script>"""

    def answer(self, listed: Listed, path: str, query: dict[str, str]) -> Answer | None:
        if path != self.path or query.get("unitid") != str(self.unit + listed.column.index):
            return None
        records = "".join(
            f"<record><![CDATA[<li><a href='{each['url']}' title='{each['title']}'>{each['title']}</a>"
            f"<span>{each['pubDate']}</span></li>]]></record>\n"
            for each in listed.records
        )
        text = (
            f'<?xml version="1.0" encoding="utf-8"?><datastore><totalrecord>{len(listed.records)}</totalrecord>'
            f"<totalpage>1</totalpage><recordset>\n{records}</recordset></datastore>"
        )
        return Answer(text.encode(), "text/xml;charset=UTF-8")


class InlineFrame(Shape):
    """The list is a page of its own in an `<iframe>`."""

    name = "iframe"

    def area(self, listed: Listed, page: int) -> str:
        return f'<iframe src="{self.address(listed)}" width="100%" height="860" frameborder="0"></iframe>'

    def address(self, listed: Listed) -> str:
        return f"/inner/{listed.slug}_list.html"

    def answer(self, listed: Listed, path: str, query: dict[str, str]) -> Answer | None:
        if path != self.address(listed):
            return None
        return framed(listed)


class FrameSet(Shape):
    """The whole page is a frameset: a menu, and the list beside it."""

    name = "frameset"

    def area(self, listed: Listed, page: int) -> str:
        return listed.html(page)

    def instead(self, listed: Listed) -> Answer:
        return Answer(
            f"""<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Frameset//EN"><html><head><meta charset="utf-8">
<title>{listed.column.name}_{listed.site.name}</title></head><frameset rows="120,*" border="0">
<frame src="/frame/top_{listed.slug}.html" name="top"><frame src="{self.address(listed)}" name="main">
<noframes><body>您的浏览器不支持框架</body></noframes></frameset></html>""".encode()
        )

    def address(self, listed: Listed) -> str:
        return f"/frame/main_{listed.slug}.html"

    def answer(self, listed: Listed, path: str, query: dict[str, str]) -> Answer | None:
        if path == f"/frame/top_{listed.slug}.html":
            links = "".join(
                f'<a href="{each.url}">{each.name}</a> ' for each in listed.family.links(listed.site)
            )
            return Answer(
                f'<html><head><meta charset="utf-8"></head><body><div class="nav">{links}</div></body></html>'.encode()
            )
        return framed(listed) if path == self.address(listed) else None


def framed(listed: Listed) -> Answer:
    return Answer(
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{listed.column.name}</title><base target="_parent"></head>'
        f"<body>{listed.html()}</body></html>".encode()
    )


class HashRoute(Shape):
    """A one-page application: what it shows is told by the part of the address after the #, and by its bundle."""

    name = "hash-route"
    needs_browser = True
    bundle = "/static/js/portal.8c41d0aa.js"
    code = (
        "(function(){var m=document.getElementById('app-main'),c=m.getAttribute('data-r');if(!location.hash)location.hash='#/list/'+c;"
        "fetch(['','v2','channel',location.hash.split('/').pop(),'items'].join('/')).then(function(r){return r.json()})"
        ".then(function(r){m.innerHTML='<ul>'+r.items.map(function(x){return '<li><a href=\"'+x.url+'\">'+x.title+'</a><span>'"
        "+x.pubDate+'</span></li>'}).join('')+'</ul>'+(r.items.length?'':'<p>暂无内容</p>')})})();"
    )

    def area(self, listed: Listed, page: int) -> str:
        return f'<div id="app-main" data-r="{listed.slug}"></div><script src="{self.bundle}"></script>'

    def answer(self, listed: Listed, path: str, query: dict[str, str]) -> Answer | None:
        if path == self.bundle:
            return Answer(self.code.encode(), "application/javascript; charset=utf-8")
        if path == f"/v2/channel/{listed.slug}/items":
            return as_json({"items": listed.records})
        return None


class Computed(Shape):
    """The script works out where the list is: nothing in the page and nothing in its files says so."""

    name = "computed"
    needs_browser = True

    def area(self, listed: Listed, page: int) -> str:
        letters = ",".join(str(ord(each) ^ 0x2A) for each in self.address(listed))
        return HOLDER + script(
            f"{FILL}var k=[{letters}],u='';for(var i=0;i<k.length;i++){{u+=String.fromCharCode(k[i]^42);}}"
            "fetch(u).then(function(r){return r.text()}).then(function(t){"
            "fillList(JSON.parse(decodeURIComponent(escape(atob(t)))));});"
        )

    def address(self, listed: Listed) -> str:
        return f"/gw/{listed.column.index:03d}{listed.slug[::-1]}"

    def answer(self, listed: Listed, path: str, query: dict[str, str]) -> Answer | None:
        if path != self.address(listed):
            return None
        return Answer(b64encode(json.dumps(listed.records, ensure_ascii=False).encode()), "text/plain")


class MetaRefresh(Shape):
    """The column's address only sends on, by `<meta http-equiv="refresh">`."""

    name = "meta-refresh"

    def area(self, listed: Listed, page: int) -> str:
        return listed.html(page)

    def instead(self, listed: Listed) -> Answer:
        return Answer(
            f'<html><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={self.address(listed)}"></head>'
            "<body></body></html>".encode()
        )

    def address(self, listed: Listed) -> str:
        return f"/node/{listed.slug}/list.shtml"

    def answer(self, listed: Listed, path: str, query: dict[str, str]) -> Answer | None:
        return listed.document(listed.html()) if path == self.address(listed) else None


class ScriptRedirect(MetaRefresh):
    """The column's address only sends on, by a line of script."""

    name = "script-redirect"

    def instead(self, listed: Listed) -> Answer:
        return Answer(
            f'<html><head><meta charset="utf-8"><script>window.location.href="{self.address(listed)}";</script></head>'
            "<body></body></html>".encode()
        )
