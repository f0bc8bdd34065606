"""Closed lists of words that people read: each member has its sentence in the office's language."""

from enum import StrEnum
from typing import Self


class Worded(StrEnum):
    """Declare members as `NAME = "value", "句子"`."""

    sentence: str

    def __new__(cls, value: str, sentence: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        return member
