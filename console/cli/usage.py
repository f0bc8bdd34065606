"""A mistake on the command line in words of the office: what is missing or wrong, by the name it has in the help.

typer carries its own copy of click and gives no name to its errors: they are told apart by the names of their classes.
"""

import re
from typing import Any

ENGLISH = (
    (r"No such command '(.+?)'\.(?: Did you mean '(.+?)'\?)?.*", "没有命令“{}”"),
    (
        r"Got unexpected extra arguments? \((.+)\).*|Got unexpected extra argument\(s\) \((.+)\)",
        "多余的参数“{}”",
    ),
    (r"Missing command\..*", "缺少命令"),
    (r"Option '(.+)' does not take a value\.", "选项 {} 后面不带值"),
    (r"Option '(.+)' requires (?:an argument|\d+ arguments)\.", "选项 {} 后面缺少值"),
)
VALUES = (
    (r"Input should be a valid integer.*|.* is not a valid int\w*\.", "应为整数"),
    (r"(?:Value error, )?'(.*)' is not one of (.+?)\.", "“{}”不在可选值 {} 之中"),
)


def is_help(error: BaseException) -> bool:
    """A command that was called without its word: the message is its help."""
    return type(error).__name__ == "NoArgsIsHelpError"


def told(error: Any) -> str:
    """One line: what is wrong, and where the usage stands."""
    context = getattr(error, "ctx", None)
    where = f"（用 {context.command_path} --help 查看用法）" if context else ""
    return " ".join(f"{_what(error)}{where}".split("\n"))


def _what(error: Any) -> str:
    parameter = getattr(error, "param", None)
    match type(error).__name__:
        case "MissingParameter" if parameter is not None:
            return f"缺少参数 {_name(parameter)}"
        case "NoSuchOption":
            near = "、".join(error.possibilities or ())
            return f"没有选项“{error.option_name}”" + (f"：是否想写 {near}？" if near else "")
        case "BadParameter" if parameter is None:
            return str(error.message)  # our own words
        case "BadParameter":
            return f"参数 {_name(parameter)} 的值无效：{_translated(error.message, VALUES)}"
    return _translated(error.format_message(), ENGLISH)


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name)


def _translated(message: str, phrases: tuple[tuple[str, str], ...]) -> str:
    for english, chinese in phrases:
        if found := re.fullmatch(english, message, re.DOTALL):
            parts = [part.replace("', '", "、").strip("'") for part in found.groups() if part]
            hint = f"：是否想写 {parts[1]}？" if "Did you mean" in message else ""
            return chinese.format(*parts) + hint
    return message
