"""What happens to the city while it lives: faults are put right, come back, or begin.

A fault begins by silence, and at once where that can be: the newest articles are taken down again and what is left is
older than the limit. An account that falls silent only becomes a fault two weeks later, for what it posted was public.
"""

from datetime import timedelta

from demo.account import Account
from demo.families.all import FAMILIES
from demo.menu import DUTIES
from demo.planting import CLASSED
from demo.site import Column, Site
from demo.truth import Check

DOWN = ("refuses", "always-503")
HOME_SILENT_DAYS = 21
"""Nothing on a stale home page is newer: three weeks, as in the plan."""
HOME_FRESH_DAYS = 12
"""A column of which the newest article never gets older keeps the home page clear of its limit of 14 days."""


class Impossible(ValueError):
    """There is nothing to put right, or a fault planted here would not be this fault alone."""


def mend_site(site: Site, subject: str) -> None:
    """Put right what is wrong with the column of this name; with the website itself if it is empty or the website's name."""
    if subject in ("", site.name):
        mend_whole(site)
        return
    column = column_of(site, subject)
    if column.trick == "blank":
        column.trick = ""
    elif column.stale:
        column.stale = False
    else:
        raise Impossible(f"nothing is wrong with the column {subject} of {site.key}")
    if site.role == "home-stale":  # who publishes news has something new on the home page too
        wake(site)
    else:
        site.publish(column)


def mend_whole(site: Site) -> None:
    if site.role in DOWN:
        site.role = ""
    elif site.role == "home-stale":
        wake(site)
    else:
        raise Impossible(f"nothing is wrong with the website {site.key} itself")


def wake(site: Site) -> None:
    """Every column of a silent website publishes again, but for those that are stale themselves."""
    site.role = ""
    for column in site.columns:
        if column.is_alive:
            site.publish(column)


def mend_account(account: Account) -> None:
    if account.broken:
        account.broken = ""
    elif account.stale:
        account.stale = False
    else:
        raise Impossible(f"nothing is wrong with the account {account.key}")


def plant_in_site(site: Site, check: Check, subject: str) -> None:
    """Let the fault begin, in a website that is sound there."""
    if site.role:
        raise Impossible(f"the website {site.key} is not sound: {site.role}")
    if check == "site-unreachable":
        shut(site)
    elif check == "home-stale":
        silence(site)
    elif check in ("column-blank", "column-stale"):
        plant_in_column(site, check, column_of(site, subject))
    else:
        raise Impossible(f"{check} is no fault of a website")


def plant_in_column(site: Site, check: Check, column: Column) -> None:
    if column.sort not in CLASSED or not column.may_be_planted:
        raise Impossible(f"nothing can be planted in the column {column.name} of {site.key}")
    at_home = FAMILIES[site.family].home_columns(site)
    if not any(one.is_alive and oldest(one) <= HOME_FRESH_DAYS for one in at_home if one is not column):
        raise Impossible(f"without the column {column.name} the home page of {site.key} would be stale too")
    near = site.children(column.parent) if column.parent else []
    if near and not any(one.is_alive for one in near if one is not column):
        raise Impossible(f"without the column {column.name} its parent on {site.key} would be stale too")
    if check == "column-blank":
        column.trick = "blank"
    else:
        let_go_stale(site, column)


def oldest(column: Column) -> int:
    """The age in days that the newest article of a living column reaches before the next one is published."""
    return column.step if column.later else column.newest + column.step


def let_go_stale(site: Site, column: Column) -> None:
    column.stale = True
    stale = DUTIES[column.sort].stale
    assert stale is not None, column.sort
    withdraw(site, column, stale[0])


def withdraw(site: Site, column: Column, days: int) -> None:
    """Take down what is younger, and everything that was published after the city's first day."""
    column.withdrawn_later = len(column.later)
    while site.day(column, column.withdrawn) > site.last_day - timedelta(days=days):
        column.withdrawn += 1


def shut(site: Site) -> None:
    if any(column.stale or column.trick == "blank" for column in site.columns):
        raise Impossible(f"a column of {site.key} has a fault, which nobody could see any more")
    site.role = "always-503"


def silence(site: Site) -> None:
    """The whole website, so that its home page shows nothing new; its news are stale by that, and what was so before."""
    tricks = {column.trick for column in site.columns} - {"", "blank"}
    has_parent = any(column.sort == "news" and column.parent for column in site.columns)
    if site.family == "kaipu" or tricks or has_parent:  # see let_home_go_stale in planting.py
        raise Impossible(f"the home page of {site.key} cannot go stale without other effects")
    site.role, site.hot = "home-stale", "old"
    for column in site.lists:
        withdraw(site, column, HOME_SILENT_DAYS)
        stale = DUTIES[column.sort].stale
        if column.sort in CLASSED and not column.trick and stale and site.age(column) >= stale[0]:
            column.stale = True


def plant_in_account(account: Account, check: Check) -> None:
    if not account.is_plain:
        raise Impossible(f"the account {account.key} is not sound, or nobody can see it")
    if check == "account-stale":
        account.stale = True
    elif check == "source-broken":
        account.broken = "empty-body"
    else:
        raise Impossible(f"{check} is no fault of an account")


def column_of(site: Site, name: str) -> Column:
    found = next((column for column in site.columns if column.name == name), None)
    if found is None:
        raise Impossible(f"the website {site.key} has no column {name}")
    return found
