"""What can go wrong in this room; the message is what the office reads: what is wrong, and how to mend it."""

from pathlib import Path


class ReportError(Exception):
    """What was to be told could not be written; asking otherwise, or other settings, mend it."""


class UnusableTemplate(ReportError):
    """The office's own Word template cannot be filled in."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"通知单的 Word 模板{what}：{mend}")


class UnusableAddress(ReportError):
    """No mail can go there."""

    def __init__(self, address: str, whose: str) -> None:
        mend = "请在台账中改正" if whose == "收件" else "请改正设置项 reports.sender"
        super().__init__(f"{whose}地址“{address}”不是可用的邮件地址：{mend}")


class UnusableFolder(ReportError):
    """A file of somebody else's is in the way."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} 已存在，且不是预览写出的文件：请改名移走，或换一个文件夹")
