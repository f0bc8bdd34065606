"""The walk over a page."""

from crawler.extract.outline import clean, outline


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

    marked = {text: page.boxes[owner] for text, owner in zip(page.texts, page.owner, strict=True)}

    assert marked["a"].hidden and marked["b"].template and marked["c"].conditional


def test_deep_nesting_is_flattened_and_its_text_kept() -> None:
    page = outline("<div>" * 20_000 + "text" + "</div>" * 20_000)

    assert page.texts == ["text"] and len(page.boxes) < 1000


def test_blanks_of_every_kind_are_one_blank() -> None:
    assert clean(" \u3000a\u00a0\n b\ufeff") == "a b"
