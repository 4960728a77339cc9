"""Every string that Parley says, gathered from the code: `python -m tests.strings` writes docs/strings.md again.

For reading through once more: one tone, one word for one thing, nothing that blames. A string counts as said when it
holds words with a space between them, or stands on a button or a form; what only programs read is left out.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "strings.md"

_HEAD = """# What Parley says

Every string that members can be told, by the module that says it; `{…}` stands for what is filled in. The words of
papers are in `templates/`, the verbs with their examples in the README. Made by `python -m tests.strings`.
"""
_ON_FORMS = {
    *("button", "modal", "header", "section", "context", "text_input", "date_input", "time_input"),
    *("people_input", "person_input", "select_input", "several_input", "live", "quoted"),
}
_UNSAID = {"compile", "fullmatch", "match", "search", "sub", "subn", "split", "finditer", "findall", "getLogger"}
_LOGGED = {"info", "warning", "error", "exception", "debug"}
_PATTERN = re.compile(r"^<!|\(\?|\\[swdbSWDB]|\[\^|^SELECT |^PRAGMA |%[YHMdS]|</?w:|\| None$")
_WORDS = re.compile(r"[A-Za-z’']{2,}[,.:;?!”*`]* +\S|\S +[A-Za-z’']{2,}")
_SLACK_FREE = ("demo", "contracts", "ics.py", "manifest.py", "logs.py", "run.py")


@cache
def said() -> dict[str, list[str]]:
    """The strings of each module, as they stand in it, each once."""
    found = {}
    for path in sorted((ROOT / "bot").rglob("*.py")):
        name = path.relative_to(ROOT / "bot").as_posix()
        if not name.startswith(_SLACK_FREE):
            strings = list(dict.fromkeys(_strings(ast.parse(path.read_text(encoding="utf-8")))))
            if strings:
                found[name] = strings
    return found


def page() -> str:
    """The whole list as Markdown."""
    parts = [_HEAD]
    for name, strings in said().items():
        parts.append(f"## {name.removesuffix('.py')}\n")
        parts += [f"- {_line(words)}" for words in strings]
        parts.append("")
    return "\n".join(parts)


def _strings(tree: ast.Module) -> Iterator[str]:
    unsaid = set(_unsaid(tree))
    labels = set(_labels(tree))
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in unsaid or id(node) in inner:
            continue
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            words = _whole(node)
            if id(node) in labels or (_WORDS.search(words) and not _PATTERN.search(words)):
                yield words


def _unsaid(tree: ast.Module) -> Iterator[int]:
    """Docstrings, patterns, what is logged or typed for a checker, and everything within."""
    for node in ast.walk(tree):
        hidden: list[ast.AST] = []
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
            hidden = [node.body[0]] if isinstance(node.body[0], ast.Expr) else []
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            hidden = [node]
        elif isinstance(node, ast.Call) and _called(node) in _UNSAID:
            hidden = [*node.args]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _called(node) in _LOGGED:
            hidden = [*node.args] if isinstance(node.func.value, ast.Name) and node.func.value.id == "log" else []
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            hidden = [node.returns]
        for each in hidden:
            yield from (id(part) for part in ast.walk(each))


def _labels(tree: ast.Module) -> Iterator[int]:
    """What is handed to the functions that make buttons, forms and paragraphs: said, even if it is one word.

    Ids and values are handed to them too, in small letters with dots or not as plain words; these are not.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in _ON_FORMS:
            for given in (*node.args, *(keyword.value for keyword in node.keywords)):
                if isinstance(given, ast.Constant) and isinstance(given.value, str) and given.value[:1].isupper():
                    yield id(given)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _whole(node: ast.AST) -> str:
    """A string with what is filled in by name, where a name says it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    return "".join(str(part.value) if isinstance(part, ast.Constant) else _filled(part) for part in parts)


def _filled(part: ast.AST) -> str:
    value = part.value if isinstance(part, ast.FormattedValue) else None
    plain = isinstance(value, ast.Name | ast.Attribute)
    return f"{{{ast.unparse(value)}}}" if plain and value is not None else "{…}"


def _line(words: str) -> str:
    shown = " ⏎ ".join(" ".join(line.split()) for line in words.strip().split("\n"))
    fence = "``" if "`" in shown else "`"
    return f"{fence} {shown} {fence}" if fence == "``" else f"`{shown}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
