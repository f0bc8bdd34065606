"""Which scripts can fill a page's list: both directions, none of them by a known system's name.

A page whose list a script fills is never blank; a page with nothing but harmless scripts and no items is.
"""

import pytest

from crawler.extract.loading.loader import FORM, JSON
from crawler.extract.page import Loader
from tests.crawler.extract.sample_pages import SITE, a_page, reading, skimmed

HERE = f"{SITE}/zwgk/tzgg"
FOUND = {
    "getJSON": ("<script>$.getJSON('./list.json',show)</script>", Loader(f"{HERE}/list.json")),
    "get with query": (
        "<script>$.get('/api/article/list',{page:1,size:15},show)</script>",
        Loader(f"{SITE}/api/article/list?page=1&size=15"),
    ),
    "post with a form": (
        "<script>$.post('/api/article/list',{channelId:'7',page:1},show)</script>",
        Loader(f"{SITE}/api/article/list", "POST", b"channelId=7&page=1", sends=FORM),
    ),
    "ajax with JSON body": (
        "<script>$.ajax({url:'/api/info/list',type:'POST',contentType:'application/json',data:JSON.stringify({id:7,page:1}),success:show})</script>",
        Loader(f"{SITE}/api/info/list", "POST", b'{"id": 7, "page": 1}', sends=JSON),
    ),
    "axios get": (
        "<script>axios.get('/api/news/list?id=5').then(show)</script>",
        Loader(f"{SITE}/api/news/list?id=5"),
    ),
    "axios post": (
        "<script>axios.post('/api/news/list',{id:5}).then(show)</script>",
        Loader(f"{SITE}/api/news/list", "POST", b'{"id": 5}', sends=JSON),
    ),
    "fetch": (
        "<script>fetch('/data/news.json').then(r=>r.json()).then(show)</script>",
        Loader(f"{SITE}/data/news.json"),
    ),
    "XMLHttpRequest": (
        "<script>var x=new XMLHttpRequest();x.open('GET','/api/doc/list?c=9',true);x.onload=show;x.send()</script>",
        Loader(f"{SITE}/api/doc/list?c=9"),
    ),
    "an address in pieces": (
        "<script>var root='/api';var id=7;$.getJSON(root+'/list?id='+id,show)</script>",
        Loader(f"{SITE}/api/list?id=7", sure=False),
    ),
    "a template's address": (
        "<script>const id='7';fetch(`/api/list?id=${id}`).then(show)</script>",
        Loader(f"{SITE}/api/list?id=7", sure=False),
    ),
    "JSONP by tag": (
        "<script src='/api/list.do?id=3&callback=show'></script>",
        Loader(f"{SITE}/api/list.do?id=3&callback=show", kind="script"),
    ),
    "JSONP by ajax": (
        "<script>$.ajax({url:'/api/list?id=3',dataType:'jsonp',success:show})</script>",
        Loader(f"{SITE}/api/list?id=3"),
    ),
    "a script file in the list": (
        "<ul><script src='/col/7/newslist.js'></script></ul>",
        Loader(f"{SITE}/col/7/newslist.js", kind="script"),
    ),
    "an iframe": (
        "<iframe src='inner.html' width='100%'></iframe>",
        Loader(f"{HERE}/inner.html", kind="iframe"),
    ),
    "a lazy iframe": (
        "<iframe src='about:blank' data-src='inner.html'></iframe>",
        Loader(f"{HERE}/inner.html", kind="iframe"),
    ),
    "a box with its address": (
        "<div class='list' data-url='/api/unit/7.html'></div>",
        Loader(f"{SITE}/api/unit/7.html"),
    ),
    "gkmlpt": (
        "<script src='/gkmlpt/js/a.js'></script><script>var _CONFIG={SID:'755005',COLUMN_ID:'2222'}</script>",
        Loader(f"{SITE}/gkmlpt/api/all/2222?page=1&sid=755005", kind="gkmlpt"),
    ),
}
FILLS = {
    "an address worked out": "<div id='l'></div><script>$.ajax({url:host+'/api/list?c='+cid,success:function(d){$('#l').html(d.html)}})</script>",
    "a signed call": "<div id='l'></div><script>$.post('/api/list',{t:sign(Date.now())},function(d){$('#l').append(d)})</script>",
    "a list function of another file": "<ul id='datalist'></ul><script src='/js/page.js'></script><script>$(function(){loadNewsList(7)})</script>",
    "an empty box by its name": "<ul id='infolist'></ul><script>render('infolist', 7)</script>",
    "Vue": "<div id='app'><ul><li v-for='i in list'><a :href='i.url'>{{i.title}}</a></li></ul></div>",
    "a framework's root": "<div id='app'></div><script src='/static/js/app.3f2a1b.js'></script>",
    "a script template": "<ul id='l'></ul><script type='text/html' id='t'><li><a href='<%=url%>'><%=title%></a></li></script>",
    "a template tag": "<ul></ul><template><li><a href='x'>${title}</a></li></template>",
    "loading": "<ul></ul><p>数据加载中...</p>",
    "a lazy box of a framework": "<div ng-controller='ListCtrl'></div>",
    "an own element": "<news-list channel='7'></news-list>",
    "datatable": "<table id='tb'></table><script>$('#tb').DataTable({ajax:{url:base+'/query'}})</script>",
    "layui table": "<table id='tb'></table><script>table.render({elem:'#tb',url:ctx+'/list'})</script>",
    "htmx": "<div hx-get='/unit/7' hx-trigger='load'></div>",
    "a pasted application": "<div id='x'></div><script>" + "var a=1;" * 20_000 + "</script>",
    "an unknown tag for a script": "<script type='text/x-unit' data-unit='7'></script>",
    "a foreign frame": "<iframe src='https://gk.other.cn/list' width='100%' height='800'></iframe>",
    "document.write of items": "<ul><script>for(var i=0;i<n;i++){document.write('<li><a href='+u[i]+'>'+t[i]+'</a></li>')}</script></ul>",
    "jquery load": "<div id='l'></div><script>$('#l').load(path+'list.html')</script>",
    "vue3 mount": "<div id='vm-list'></div><script>const {createApp}=Vue;createApp({data(){return{rows:[]}},mounted(){axios.get('/gov/api/article/page',{params:{cid:this.cid}}).then(r=>{this.rows=r.data.records})}}).mount('#vm-list')</script>",
    "jquery each": "<ul class='newsList'></ul><script>$(function(){$.ajax({url:\"/front/getPageList\",data:{channelId:\"1201\",pageNo:1,pageSize:20},dataType:\"json\",success:function(res){var h='';$.each(res.rows,function(i,n){h+='<li><a href=\"'+n.url+'\">'+n.title+'</a></li>'});$('.newsList').html(h)}})})</script>",
    "innerHTML": "<div class='list' id='con_list'></div><script>fetch('./data.json').then(function(r){return r.json()}).then(function(d){document.getElementById('con_list').innerHTML=d.map(x=>'<li>'+x.t+'</li>').join('')})</script>",
    "layui flow": "<ul id='LAY_demo'></ul><script>layui.use('flow',function(){var flow=layui.flow;flow.load({elem:'#LAY_demo',done:function(page,next){$.get('/api/list?page='+page,function(r){next(r.html,page<r.pages)})}})})</script>",
    "easyui datagrid": "<table class='easyui-datagrid' data-options=\"url:'getList.do?cid=7',method:'get'\"></table>",
    "dwr": "<div id='zwgkList'></div><script>InfoService.findByChannel(88,function(d){DWRUtil.setValue('zwgkList',d)})</script>",
    "ext js file list": "<div class='list'><script src='/include/list_1203.js'></script></div>",
    "ms-controller": "<ul ms-controller='news'><li ms-repeat='items'><a ms-attr-href='el.url'>{{el.title}}</a></li></ul>",
    "ng-repeat": "<div ng-app='m'><li ng-repeat='x in list'>{{x.title}}</li></div>",
    "art-template": "<div id='listBox'></div><script id='tpl' type='text/html'>{{each list}}<li><a href='{{$value.url}}'>{{$value.title}}</a></li>{{/each}}</script><script>$('#listBox').html(template('tpl',d))</script>",
    "iframe with srcdoc-less src": "<iframe id='mainFrame' name='mainFrame' src='/xxgk/list.jsp?cid=33' frameborder='0' width='760' height='900'></iframe>",
    "words for loading without an end": "<div id='contentDiv'>正在加载，请稍候……</div>",
    "nextjs": "<div id='__next'></div><script id='__NEXT_DATA__' type='application/json'>{\"props\":{\"pageProps\":{}},\"page\":\"/list\"}</script><script src='/_next/static/chunks/main.js'></script>",
    "post worked-out body": "<ul id='datas'></ul><script>var p={};p.siteId=sid;$.post('/interface/queryManuscript',p,function(r){fillDatas(r)})</script>",
    "web component": "<xxgk-list channel='22'></xxgk-list><script type='module' src='/js/xxgk.js'></script>",
    "written out together with its page bar": "<script>var pageCount=1;for(var i=0;i<docs.length;i++){document.write('<li><a href=\"'+docs[i][0]+'\">'+docs[i][1]+'</a></li>')}document.write('<a>下一页</a>')</script>",
    "a bundle beside the box that it fills": "<div id='app-main' data-r='zwgk'></div><script src='/static/js/portal.8c41d0aa.js'></script>",
    "data beside the static files": "<ul id='datas'></ul><script>var s='/static/data/news.json';$.get(s+'?v='+Math.random(),function(r){show(r)})</script>",
    "items put into a list with a short name": "<ul id='u'></ul><script>for(var i=0;i<t.length;i++){$('#u').append('<li>'+t[i]+'</li>')}</script>",
    "items put into a list with a class alone": "<ul class='c-list'></ul><script>$.each(t,function(i,v){$('.c-list').append('<li>'+v+'</li>')})</script>",
    "items put into the bare list of a box": "<div class='k'><ul></ul></div><script>$('.k ul').html(t.map(function(v){return '<li>'+v+'</li>'}).join(''))</script>",
    "items made one by one": "<ul id='con'></ul><script>t.forEach(function(v){var x=document.createElement('li');x.innerHTML=v;document.querySelector('#con').appendChild(x)})</script>",
    "markup put into a box with any name": "<div id='con1'></div><script>document.getElementById('con1').innerHTML=h</script>",
    "records kept in a field": "<input type='hidden' id='d' value='[{\"t\":\"关于防火的通知\"}]'><script src='/js/show.js'></script>",
    "records kept by the empty box": "<div data-rows='[{\"t\":\"关于防火的通知\"}]'></div><script src='/js/show.js'></script>",
    "a textarea kept for later": "<textarea style='display:none'><li><a href='/a/20261101/1.html'>关于召开全市水利工作会议的通知</a><span>2026-11-01</span></li></textarea><div id='pg'></div><script>document.getElementById('pg').innerHTML=document.getElementsByTagName('textarea')[0].value</script>",
}
HARMLESS = {
    "a page bar that is written out": "<script>function createPageHTML(n,at,name,ext){if(n<=1)return;for(var i=0;i<n;i++){document.write(i==at?'<span>'+(i+1)+'</span>':'<a href=\"'+name+(i?'_'+i:'')+'.'+ext+'\">'+(i+1)+'</a>')}}createPageHTML(1,0,'index','html')</script>",
    "a counter's file beside its box": "<ul class='list'></ul><div id='hits-box'></div><script src='/js/visit_count.js'></script>",
    "a page bar put into its box": "<div id='fenye'></div><script>for(var i=0;i<n;i++){$('#fenye').append('<a>'+(i+1)+'</a>')}</script>",
    "a slide put before others": "<script>$('.slide ul').append('<li>'+$('.slide li').eq(0).html()+'</li>')</script>",
    "a list that is dressed": "<script>$('.list li').hover(function(){$(this).append('<a>')});$('.list').addClass('on')</script>",
    "a library": "<script src='/js/jquery.min.js'></script>",
    "a visit counter": "<script>$.get('/api/visit/count?id=3',function(n){$('#count').text(n)})</script>",
    "a statistics tag": "<script>var _hmt=_hmt||[];(function(){var h=document.createElement('script');h.src='https://hm.baidu.com/hm.js?1';document.head.appendChild(h)})()</script>",
    "weather": "<script>$.getJSON('/weather/today.json',function(d){$('#weather').html(d.t)})</script>",
    "a share button": "<script>$('.share').click(function(){window.open('https://service.weibo.com/share?url='+location.href)})</script>",
    "a slider": "<script>jQuery('.slideBox').slide({mainCell:'.bd ul',autoPlay:true})</script>",
    "search suggestions": "<script>$('#keyword').keyup(function(){$.get('/search/suggest',{q:this.value},function(d){$('#suggest').html(d)})})</script>",
    "the date of today": "<script>document.write(new Date().getFullYear()+'年')</script>",
    "text size": "<script>function zoom(n){document.getElementById('zoom').style.fontSize=n+'px'}</script>",
    "a pager's function": "<script>function createPageHTML(a,b,c,d){}createPageHTML(1,0,'index','html')</script>",
    "who is logged in": "<script>$.ajax({url:'/user/login/status',success:function(d){$('#user').html(d.name)}})</script>",
    "a link to the mobile edition": "<script>if(/Mobile/.test(navigator.userAgent)){location.href='/m/'}</script>",
    "a stylesheet switch": "<script>$('.tab').hover(function(){$(this).addClass('on')})</script>",
    "accessibility": "<script src='/wza/aria.js?appid=1'></script>",
    "structured data": '<script type=\'application/ld+json\'>{"@type":"Organization","name":"水利局"}</script>',
    "report a fault": "<script id='_jiucuo_' sitecode='4199000022' src='https://zfwzgl.www.gov.cn/exposure/jiucuo.js'></script>",
    "baidu stats + share": "<ul class='list'></ul><script>window._bd_share_config={common:{bdText:''},share:[{}]};with(document)0[(getElementsByTagName('head')[0]||body).appendChild(createElement('script')).src='http://bdimg.share.baidu.com/static/api/js/share.js?v='+~(-new Date()/36e5)];</script>",
    "cnzz": "<ul class='list'></ul><script type='text/javascript' src='https://s4.cnzz.com/z_stat.php?id=1&web_id=1'></script>",
    "swiper": "<ul class='list'></ul><script>var s=new Swiper('.swiper-container',{loop:true,autoplay:3000})</script>",
    "search form": "<ul class='list'></ul><script>function search(){var k=$('#searchWord').val();window.location.href='/search?kw='+encodeURIComponent(k)}</script>",
    "weather ajax": "<ul class='list'></ul><script>$.ajax({url:'/tianqi/get',dataType:'jsonp',success:function(d){$('.tq').text(d.temp)}})</script>",
    "nav highlight": "<ul class='list'></ul><script>$('.nav li').each(function(){if($(this).find('a').attr('href')==location.pathname){$(this).addClass('cur')}})</script>",
    "click counter per page": "<ul class='list'></ul><script src='/system/resource/js/counter.js'></script><script>_showDynClicks('wbnews',1,2)</script>",
    "robot tag": "<ul class='list'></ul><script src='/robot/znwd.js' async></script><script>new RobotChat({id:1})</script>",
}


@pytest.mark.parametrize("shape", FOUND)
def test_a_loader_is_found_with_its_address_and_body(shape: str) -> None:
    markup, loader = FOUND[shape]
    page = a_page(markup)

    assert skimmed(page).loaders == (loader,)
    assert reading(page).blank is None and reading(page).needs_browser


@pytest.mark.parametrize("shape", FILLS)
def test_a_page_that_a_script_fills_is_never_blank(shape: str) -> None:
    found = reading(a_page(FILLS[shape]))

    assert found.blank is None and found.needs_browser, found.why


@pytest.mark.parametrize("shape", HARMLESS)
def test_harmless_scripts_leave_a_blank_column_blank(shape: str) -> None:
    found = reading(a_page(f"<ul class='list'></ul>{HARMLESS[shape]}"))

    assert found.blank is True and not found.needs_browser, found.why


def test_a_page_within_an_application_is_left_to_the_browser() -> None:
    found = reading(a_page("<ul></ul>"), url=f"{SITE}/index.html#/list/12")

    assert found.blank is None and found.needs_browser
