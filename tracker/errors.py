"""What can go wrong in this room; the docstring or the message is what the office reads."""

import errno
from pathlib import Path


class TrackerError(Exception):
    """台账或数据库出错。"""


class WrongUse(TrackerError):
    """What was asked for cannot be done; asking otherwise mends it."""


class DatabaseTrouble(TrackerError):
    """The database could not be used now: locked, full, gone."""

    def __init__(self, reason: str) -> None:
        hints = {
            "locked": "数据库正被其他程序占用，请稍后重试",
            "full": "磁盘已满，请清理磁盘空间后重试（已保存的数据不受影响）",
            "readonly": "数据库文件为只读，请检查文件权限",
            "unable to open": "数据库文件无法打开，请检查路径和权限",
            "disk i/o": "磁盘读写失败，请检查磁盘",
        }
        mend = next((hint for word, hint in hints.items() if word in reason.lower()), "请检查数据库设置")
        super().__init__(f"数据库无法使用（{reason}）：{mend}")


class DatabaseBehind(TrackerError):
    """The schema is not of this version."""

    def __init__(self, where: str, fresh: bool) -> None:
        mend = "请先运行 xunjian init" if fresh else "请运行 xunjian db upgrade"
        super().__init__(f"数据库 {where} {'尚未建立' if fresh else '的版本与程序不符'}：{mend}")


class DatabaseAhead(TrackerError):
    """The schema is of a later version of this program."""

    def __init__(self, where: str, version: str) -> None:
        super().__init__(f"数据库 {where} 由更新版本的程序建立（{version}）：请升级本程序")


class UnusableDatabase(TrackerError):
    """The address in the settings is none, or its driver is not installed."""

    def __init__(self, address: str, error: Exception) -> None:
        reason = str(error).splitlines()[0]
        super().__init__(
            f"设置项 tracker.database_url 的数据库地址 {address} 不能使用（{reason}）：请改正或安装驱动"
        )


class AnotherAtWork(TrackerError):
    """Two rounds at once would ask every website twice; two senders would not know whose mail is under way."""

    def __init__(self, what: str) -> None:
        doing = {
            "round": "另一轮巡检正在进行",
            "send": "另一个程序正在发送邮件",
            "backup": "另一个程序正在备份",
            "tidy": "另一个程序正在清理过期内容",
        }
        super().__init__(f"{doing.get(what, '另一个程序正在做同样的工作')}：请等它结束后再运行")


class UnknownIssue(WrongUse):
    """No issue has this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号为 {number} 的问题：用 xunjian issues list 查看编号")


class ForbiddenAct(WrongUse):
    """An act that the issue's state does not allow."""


class EvidenceTrouble(TrackerError):
    """A page could not be stored: the round stops, what is recorded stays."""

    def __init__(self, folder: Path, error: OSError) -> None:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        mend = "请清理磁盘空间后重新运行，即从中断处继续" if full else "请检查文件夹和权限"
        super().__init__(f"证据文件夹 {folder} 无法写入（{error.strerror}）：{mend}")


class EvidenceLost(TrackerError):
    """A stored page is missing or is not what it was."""
