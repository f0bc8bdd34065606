"""Group robots (群机器人) of WeCom, DingTalk, Feishu, and of whatever else apprise knows how to write to.

apprise takes any HTTP 200 of WeCom and DingTalk for a yes, but these two say no inside of one ({"errcode": 310000, …}: a
wrong key, a word that the group asks for, too many messages), and DingTalk's signature is encoded twice by it. So these
two are spoken to here, with what apprise read from the address; the others by apprise.
"""

import json
import logging
import re
import urllib.request
from typing import Any
from urllib.parse import unquote, urlencode

from pydantic import SecretStr

from reports.alarm import Alarm, NotTold

TIMEOUT_SECONDS = 8
MOST_BYTES = 2000
"""WeCom takes 2,048 bytes of UTF-8, and a message in a group should be short anyway."""
CUT = "\n（内容较长，没有全部列出）\n"
LONGEST_ANSWER = 65536
SCHEME = re.compile(r"[a-z][a-z0-9]{1,19}(?=://)")


class Robot:
    """`number`: its place in the settings. What a robot answered is never repeated: the address that holds its key may be
    in it."""

    def __init__(self, number: int, address: SecretStr) -> None:
        self.number = number
        self._address = address

    @property
    def name(self) -> str:
        scheme = SCHEME.match(self._address.get_secret_value().strip().lower())
        return f"robot {self.number} ({scheme[0] if scheme else '?'})"

    def tell(self, alarm: Alarm) -> None:
        plugin = self._plugin()
        text = cut(alarm.text)
        try:
            took = _SPEAKERS.get(plugin.secure_protocol, _by_apprise)(plugin, text)
        except Exception as error:  # of whatever is behind the address; its words may hold the address
            raise NotTold(f"群机器人没有应答（{type(error).__name__}）") from None
        if took:
            raise NotTold(took)

    def _plugin(self) -> Any:
        """What apprise makes of the address."""
        import apprise

        # It writes addresses that it cannot read into the log, with their keys.
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
        plugin = apprise.Apprise.instantiate(
            self._address.get_secret_value().strip(), suppress_exceptions=True
        )
        if plugin is None:
            raise NotTold(
                f"设置项 reports.alarm_robots 的第{self.number}个地址不能使用："
                "请写成 wecombot://KEY、dingtalk://TOKEN 或 feishu://TOKEN"
            )
        return plugin


def cut(text: str) -> str:
    """As many whole lines as fit."""
    if len(text.encode()) <= MOST_BYTES:
        return text
    room = MOST_BYTES - len(CUT.encode())
    return text.encode()[:room].decode(errors="ignore").rpartition("\n")[0] + CUT


# -- why the robot did not take it; empty: it did ---------------------------------------------------------


def _by_apprise(plugin: Any, text: str) -> str:
    return "" if plugin.notify(body=text) else "群机器人没有接受"


def _wecom(plugin: Any, text: str) -> str:
    return _post(plugin.api_url, {"msgtype": "text", "text": {"content": text}})


def _dingtalk(plugin: Any, text: str) -> str:
    address = plugin.notify_url.format(token=plugin.token)
    if plugin.secret:
        timestamp, signature = plugin.get_signature()
        address += "&" + urlencode({"timestamp": timestamp, "sign": unquote(signature)})
    at = {"atMobiles": plugin.targets, "isAtAll": False}
    return _post(address, {"msgtype": "text", "text": {"content": text}, "at": at})


_SPEAKERS = {"wecombot": _wecom, "dingtalk": _dingtalk}


def _post(address: str, message: dict[str, Any]) -> str:
    body = json.dumps(message, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "xunjian"}
    request = urllib.request.Request(address, body, headers)
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        said = json.loads(answer.read(LONGEST_ANSWER))
    code = said.get("errcode") if isinstance(said, dict) else None
    return "" if code == 0 else f"群机器人没有接受（errcode {code if isinstance(code, int) else '未知'}）"
