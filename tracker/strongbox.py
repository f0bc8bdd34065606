"""Secrets at rest: the record keeps them encrypted, and the key is kept elsewhere (Fernet: AES-128-CBC and HMAC-SHA256)."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from tracker.errors import TrackerError, WrongUse


class NoKey(WrongUse):
    """Nothing is stored that could be read by whoever gets hold of the record."""

    def __init__(self) -> None:
        super().__init__(
            "没有加密授权用的密钥，不能保存：请运行 xunjian authorisations key 生成密钥文件，或设置环境变量 XUNJIAN_SECRET_KEY"
        )


class UnusableKey(WrongUse):
    """What was given as the key is none."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where}中的密钥无效：请写入 xunjian authorisations key 生成的密钥，不要改动")


class WrongKey(TrackerError):
    """These secrets were stored with another key, or not at all by us."""

    def __init__(self) -> None:
        super().__init__("授权是用另一把密钥保存的，无法读取：请恢复原来的密钥，或重新录入授权")


class KeyThere(WrongUse):
    """A key is never overwritten: all that was stored with it would be lost."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"密钥文件 {file} 已存在：删除它会使已保存的授权无法读取，请先备份再移走")


class Strongbox:
    """Seals and opens. Without a key nothing can be sealed, and nothing that is sealed be opened."""

    def __init__(self, key: str = "", where: str = "环境变量 XUNJIAN_SECRET_KEY ") -> None:
        try:
            self._fernet = Fernet(key.strip()) if key.strip() else None
        except ValueError:
            raise UnusableKey(where) from None  # the error's own words may hold the key

    def seal(self, secrets: Mapping[str, str]) -> str:
        if self._fernet is None:
            raise NoKey
        return self._fernet.encrypt(json.dumps(dict(secrets)).encode()).decode()

    def open(self, sealed: str) -> dict[str, str]:
        if self._fernet is None:
            raise WrongKey
        try:
            opened: dict[str, str] = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken:
            raise WrongKey from None
        return opened


def make_key_file(file: Path) -> None:
    """A new key, for its owner's eyes only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyThere(file) from None
    with os.fdopen(handle, "wb") as opened:
        opened.write(Fernet.generate_key() + b"\n")


def key_in(file: Path) -> str:
    """The key that stands in the file; empty if there is no such file."""
    try:
        return file.read_text("ascii").strip()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise UnusableKey(f"密钥文件 {file} ") from None
