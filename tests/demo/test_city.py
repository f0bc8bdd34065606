"""The whole city: it is what its seed says, it keeps its promises about faults, and it answers where it says."""

import asyncio
import csv
import json
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest

from demo.city import City
from demo.serving import CannotServe, bind_all

Answers = dict[str, tuple[int, bytes]]


def told(city: City) -> list[str]:
    return list(city.truth.as_lines())


async def fetch(urls: list[str]) -> Answers:
    """Status and body by address; status 0 where nobody answers."""
    found: Answers = {}
    async with aiohttp.ClientSession() as session:
        for url in urls:
            try:
                async with session.get(url) as response:
                    found[url] = response.status, await response.read()
            except aiohttp.ClientConnectionError:
                found[url] = 0, b""
    return found


def test_the_same_seed_and_moment_give_the_same_city(city: City, now: datetime) -> None:
    again = City(7, now=now)

    assert told(again) == told(city)
    for site in again.sites:
        assert again.answer(site.address, "/").body == city.answer(site.address, "/").body


def test_two_seeds_differ_in_names_faults_and_templates(city: City, now: datetime) -> None:
    other = City(8, now=now)

    assert [site.name for site in other.sites] != [site.name for site in city.sites]
    assert [site.family for site in other.sites] != [site.family for site in city.sites]
    assert not {fault.target for fault in other.truth.faults} <= {fault.target for fault in city.truth.faults}


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        City(7, now=datetime(2026, 11, 24, 9))  # noqa: DTZ001


def test_a_city_of_usual_size_has_the_faults_that_its_plan_names(city: City) -> None:
    counts = Counter((fault.check, fault.state) for fault in city.truth.faults)

    assert counts["column-blank", "confirmed"] == 8
    assert counts["column-stale", "confirmed"] >= 14
    assert counts["home-stale", "confirmed"] == 2
    assert counts["site-unreachable", "confirmed"] == 2
    assert counts["account-stale", "confirmed"] == 14
    assert counts["account-stale", "pending"] == 10
    assert counts["source-broken", "confirmed"] == 10
    assert Counter(one.reason for one in city.truth.cannot_see) == {"waf": 2, "dns": 1, "no-road": 20}


@pytest.mark.parametrize("seed", range(12))
def test_no_fault_and_no_trap_is_planted_twice_nor_both_at_one_place(seed: int, now: datetime) -> None:
    truth = City(seed, now=now).truth

    faults = [(fault.target, fault.check, fault.subject) for fault in truth.faults]
    traps = [(trap.target, trap.check, trap.subject) for trap in truth.traps]
    assert len(set(faults)) == len(faults)
    assert len(set(traps)) == len(traps)
    assert not set(faults) & set(traps)


@pytest.mark.parametrize("seed", range(12))
def test_targets_that_cannot_be_reached_have_no_other_faults(seed: int, now: datetime) -> None:
    truth = City(seed, now=now).truth

    shut = {fault.target for fault in truth.faults_of("site-unreachable")} | {
        one.target for one in truth.cannot_see
    }
    others = {fault.target for fault in truth.faults if fault.check != "site-unreachable"}
    assert not shut & others


def test_every_kind_of_trap_stands_in_a_city_of_usual_size(city: City) -> None:
    names = {trap.name for trap in city.truth.traps}

    assert {
        "pinned", "future", "undated", "no-dates", "hidden-empty-text", "wechat-links", "pdf-links", "month-day",
        "hidden-tab", "exempt", "leads-away", "soft-404", "http-500", "redirect-loop", "redirected-home", "login",
        "no-class", "archive", "static-old", "parent-without-list", "wrong-charset-label", "script-filled",
        "script-empty", "frame-older", "frame-fresher", "hot-list-repeats-rows", "minus-8h", "broken: fake-updated",
    } <= names  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 5, 13])
def test_a_small_city_stands_too(size: int, now: datetime) -> None:
    city = City(3, now=now, sites=size, accounts=size, articles_per_column=3)

    assert len(city.sites) == size == len(city.accounts)
    assert city.answer(city.sites[0].address, "/").status == 200


async def _served(city: City, folder: Path) -> tuple[Answers, list[Path], City]:
    async with city.serve() as served:
        paths = served.write_registers(folder)
        sites = list(csv.DictReader((folder / "sites.csv").open(encoding="utf-8-sig")))
        urls = [fault.url for fault in served.truth.faults] + [row["首页网址"] for row in sites]
        return await fetch(urls), paths, served


def test_every_planted_fault_points_to_an_address_that_answers_and_a_target_in_the_registers(
    now: datetime, tmp_path: Path
) -> None:
    city = City(7, now=now)

    answers, _, served = asyncio.run(_served(city, tmp_path))

    tables = {
        name: list(csv.DictReader((tmp_path / f"{name}.csv").open(encoding="utf-8-sig")))
        for name in ("sites", "accounts", "columns", "units")
    }
    keys = {row["网站标识码"] for row in tables["sites"]} | {row["账号标识"] for row in tables["accounts"]}
    units = {row["单位名称"] for row in tables["units"]}
    for fault in served.truth.faults:
        status, _ = answers[fault.url]
        assert fault.target in keys
        if fault.check == "site-unreachable":
            assert status in (0, 503)
        elif fault.check != "source-broken":
            assert status == 200, fault
    assert {row["主办单位"] for row in tables["sites"] + tables["accounts"]} <= units
    assert {one.target for one in served.truth.cannot_see} | {
        trap.target for trap in served.truth.traps
    } <= keys
    assert len(keys) == 44 + 294
    assert all(re.fullmatch(r"4199\d{6}", row["网站标识码"]) for row in tables["sites"])
    assert [row["豁免"] for row in tables["columns"]] == ["是"] * len(tables["columns"])


def test_each_website_answers_at_its_own_address(now: datetime) -> None:
    city = City(7, now=now, sites=20, accounts=20)

    async def look() -> Answers:
        async with city.serve() as served:
            return await fetch([site.home_url for site in served.sites if not site.role])

    answers = asyncio.run(look())
    for site in city.sites:
        if not site.role:
            status, body = answers[site.home_url]
            assert status == 200
            assert site.key.encode() in body


def test_requests_are_written_down_unless_that_is_switched_off(now: datetime) -> None:
    async def look(city: City) -> City:
        async with city.serve() as served:
            await fetch([served.sites[0].home_url])
        return city

    noisy = asyncio.run(look(City(7, now=now, sites=5, accounts=5)))
    quiet = asyncio.run(look(City(7, now=now, sites=5, accounts=5, log=False)))

    (line,) = noisy.log
    assert (line.address, line.path, line.status) == (noisy.sites[0].address, "/", 200)
    assert line.sent > len(noisy.answer(line.address, "/").body)
    assert line.began <= line.ended
    assert "aiohttp" in line.agent
    assert quiet.log == []


def test_a_website_can_be_put_behind_a_waf_and_taken_out_again(now: datetime) -> None:
    city = City(7, now=now)
    site = city.sites[0]
    before = city.answer(site.address, "/")

    city.put_behind_waf(site.key)
    challenge = city.answer(site.address, "/")
    city.put_behind_waf(site.key, "waf-200")
    page = city.answer(site.address, "/")
    city.lift_waf(site.key)

    assert challenge.status == 412
    assert b"$_ts" in challenge.body
    assert page.status == 200
    assert "您的访问被拦截" in page.body.decode()
    assert city.answer(site.address, "/") == before


def test_an_address_that_cannot_be_bound_is_explained() -> None:
    with pytest.raises(CannotServe, match=r"127\.0\.0\.0/8"):
        bind_all(["192.0.2.1"], 0)


def test_a_port_that_is_taken_is_explained() -> None:
    taken = bind_all(["127.10.0.1"], 0)
    try:
        with pytest.raises(CannotServe, match=r"127\.10\.0\.1"):
            bind_all(["127.10.0.1"], taken[0].getsockname()[1])
    finally:
        taken[0].close()


def test_the_command_tells_its_port_and_stops_when_its_input_is_closed(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "demo",
        "--sites",
        "6",
        "--accounts",
        "9",
        "--now",
        "2026-11-24T09:00+08:00",
    ]
    process = subprocess.Popen(
        [*command, "--registers", str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin and process.stdout
    said = json.loads(process.stdout.readline())
    process.stdin.close()
    process.stdout.close()

    assert process.wait(30) == 0
    assert said["port"] > 0
    assert (said["sites"], said["accounts"]) == (6, 9)
    assert {Path(path).name for path in said["registers"]} == {
        "sites.csv",
        "accounts.csv",
        "units.csv",
        "columns.csv",
    }
    assert (tmp_path / "truth.jsonl").read_text(encoding="utf-8").startswith('{"is": "fault"')
