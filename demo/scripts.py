"""The scripts that templates refer to, as far as their lists do not appear in a browser without them."""

SCRIPTS = {
    "/module/jslib/jquery/jpage/jquery.jpage.js": """(function(){function one(s){return{jpage:function(){
var box=document.querySelector('[id="'+s.slice(1)+'"]'),from=box.nextElementSibling;if(!from)return;
var parts=from.textContent.split('<recordset>').pop().split('<![CDATA['),h='';
for(var i=1;i<parts.length;i++)h+=parts[i].split(']]>')[0];
box.innerHTML='<ul>'+h+'</ul>';}}}window.$=window.jQuery=one;})();
""",
    "/front/theme/js/unitbuild.js": """(function(){var all=document.querySelectorAll('script[queryData]');
for(var i=0;i<all.length;i++)(function(tag){var q=new Function('return '+tag.getAttribute('queryData'))();
var x=new XMLHttpRequest();x.open('GET',tag.getAttribute('url')+'?'+new URLSearchParams(q).toString(),true);
x.onload=function(){var d=document.createElement('div');d.innerHTML=JSON.parse(x.responseText).data.html;
tag.parentNode.insertBefore(d,tag);};x.send();})(all[i]);})();
""",
}
