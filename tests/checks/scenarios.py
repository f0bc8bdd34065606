"""The recorded scenarios of tests/data/newmedia: several answers, and what they say together of one account."""

from dataclasses import replace

from checks.account_verdict import Standing, account_verdict
from checks.settings import CheckSettings
from crawler.observations import SourceResult
from crawler.sources.roads import ADAPTERS
from crawler.targets import Road
from tests.builders import an_account_visit
from tests.crawler.sources.recorded import Recorded, moment, recorded, rows

SCENARIOS = rows("scenarios.tsv")


def source_of(row: Recorded, upstream: str) -> SourceResult:
    return replace(ADAPTERS[row.adapter].parse([row.answer], Road(row.url), row.at), upstream=upstream)


def standing_in(scenario: dict[str, str]) -> Standing:
    known = {row.file: row for row in recorded()}
    names = scenario["sources"].split(";")
    sources = [source_of(known[name], name if scenario["independent"] == "yes" else "one") for name in names]
    silenced = {} if scenario["control"] == "ok" else {source.bridge: "对照账号" for source in sources}
    visit = an_account_visit(*sources, newest_known=moment(scenario["memory_newest_utc"]), silenced=silenced)
    return account_verdict(visit, CheckSettings()).standing
