"""Which program is the browser; light to ask, for whoever only wants to know whether there is one."""

import shutil

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Names under which systems know Chromium, the first that is there is taken."""


def find(browser: str) -> str | None:
    """The path of the program that the setting `crawler.browser` means; None: there is none, or none is wanted."""
    if browser == "off":
        return None
    names = PROGRAMS if browser == "auto" else (browser,)
    return next((found for name in names if (found := shutil.which(name))), None)
