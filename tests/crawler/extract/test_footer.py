"""What a page says of itself, in its own words."""

from tests.crawler.extract.sample_pages import a_page, reading


def test_the_foot_tells_code_filings_and_unit() -> None:
    marks = reading(a_page()).marks

    assert marks["网站标识码"] == "4199000022"
    assert marks["ICP备案号"] == "豫ICP备10001221号-1"
    assert marks["公安备案号"] == "豫公网安备 41990002000429号"
    assert marks["主办单位"] == "云泽市水利局"
    assert marks["党政机关标识"] == "有"
    assert "0391" in marks["联系方式"] or "人民路" in marks["联系方式"]


def test_what_is_not_there_is_not_named() -> None:
    marks = reading(a_page(foot="<p>云泽</p>")).marks

    assert not {"网站标识码", "ICP备案号", "公安备案号", "主办单位", "党政机关标识", "SiteName"} & set(marks)


def test_tags_are_known_in_any_case_with_line_breaks_and_with_one_letter_wrong() -> None:
    head = "<meta name='Sitename' content='云泽'><META NAME=SITEIDCODE CONTENT='41\n99'><meta name=\"ColumnName\"content=\"公告\"><meta name=ColumnKeywods content=''>"

    marks = reading(a_page(head=head)).marks

    assert (marks["SiteName"], marks["SiteIDCode"], marks["ColumnName"], marks["ColumnKeywords"]) == (
        "云泽",
        "41 99",
        "公告",
        "",
    )
