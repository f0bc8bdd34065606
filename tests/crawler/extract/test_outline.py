"""The walk over a page."""

from crawler.extract.cleaning import clean
from crawler.extract.outline import outline


def test_text_of_scripts_styles_and_templates_is_no_text() -> None:
    page = outline(
        "<body>a<script>b</script><style>c</style><template>d</template><noscript>e</noscript><!-- f --><p>g</p>"
    )

    assert page.texts == ["a", "g"]
    assert [text for _, _, text in page.scripts] == ["b"]


def test_a_box_spans_the_text_within_it() -> None:
    page = outline("<body><ul><li>one<b>two</b></li><li>three</li></ul>four")

    spans = {box.tag: page.texts[box.start : box.end] for box in page.boxes}

    assert spans["ul"] == ["one", "two", "three"] and spans["body"][-1] == "four"


def test_what_is_hidden_or_repeated_by_a_script_is_marked_all_the_way_down() -> None:
    page = outline(
        '<div style="Display : NONE"><p>a</p></div><ul v-for="x in y"><li>b</li></ul><p v-if="z">c</p>'
    )

    marked = {text: page.boxes[owner].chain for text, owner in zip(page.texts, page.owner, strict=True)}

    assert marked["a"].hidden and marked["b"].template and marked["c"].conditional


def test_deep_nesting_is_flattened_and_its_text_kept() -> None:
    page = outline("<div>" * 20_000 + "text" + "</div>" * 20_000)

    assert page.texts == ["text"] and len(page.boxes) < 1000


def test_blanks_of_every_kind_are_one_blank() -> None:
    assert clean(" \u3000a\u00a0\n b\ufeff") == "a b"


def test_a_comment_or_a_script_ends_where_the_parser_ends_it() -> None:
    page = outline(
        "<p>a</p><!-- <p>b</p> > --><script><!-- if (a<b) document.write('<script><\\/script>') //--></script><p>c</p>"
        "<script><!-- <script>d</script> --></script><p>e</p><template><!-- </template> --><p>f</p></template><p>g</p>"
    )

    assert page.texts == ["a", "c", "e", "g"] and len(page.scripts) == 2


def test_signs_in_names_and_values_open_no_tag() -> None:
    page = outline('<a href="/x?a=&quot;1>2&quot;" <b title="="><i>one</i></a><d<e>two</d<e>three &lt;b&gt;')

    assert page.texts == ["one", "two", "three <b>"]
    assert page.boxes[page.links[0]].attributes == {"href": '/x?a="1>2"', "<b": "", "title": "="}
