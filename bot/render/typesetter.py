"""The child process that sets a PDF. It is run by its path, without the rest of Parley, which it does not need.

Standard input has the template's path and the data as JSON; standard output has a line of JSON that tells how it
went, and behind it the PDF.
"""

import json
import re
import sys
from typing import Any

_NO_GLYPH = re.compile(r'error: PDF/UA-1 error: the text `"(?P<text>(?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{(?P<number>[0-9a-f]+)\}|\\(?P<mark>.)")


def main() -> None:
    asked = json.load(sys.stdin.buffer)
    _limit(asked["seconds"], asked["memory"])
    told, content = _set(asked["template"], json.dumps(asked["data"], ensure_ascii=False))
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + content)


def _limit(seconds: int, memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time limit of the parent holds there
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _set(template: str, data: str) -> tuple[dict[str, Any], bytes]:
    """Try the fonts that typst brings, which are the same everywhere; then those of the machine; then do without
    the characters that no font has. Typst names all of them at once."""
    import typst

    missing: list[str] = []
    report = ""
    for fonts, standard in ((False, True), (True, True), (True, True), (True, False)):
        try:
            content = _compiled(template, data, fonts=fonts, standard=standard)
        except typst.TypstError as error:
            report = str(error.diagnostic or error)
            lacking = _lacking(report)
            if not lacking:
                return {"fault": report}, b""
            if fonts:
                missing += sorted(lacking)
                data = data.translate({ord(character): f"[{_number(character)}]" for character in lacking})
            continue
        return {"missing": [_number(character) for character in missing], "standard": standard}, content
    return {"fault": report}, b""


def _compiled(template: str, data: str, *, fonts: bool, standard: bool) -> bytes:
    import typst

    content: bytes = typst.compile(
        template,
        format="pdf",
        sys_inputs={"data": data},
        ignore_system_fonts=not fonts,
        pdf_standards=["ua-1"] if standard else [],
        timestamp=0,
    )
    return content


def _lacking(report: str) -> set[str]:
    """The characters for which a report finds no glyph; none when it speaks of anything else as well."""
    texts = [found["text"] for found in _NO_GLYPH.finditer(report)]
    if not texts or len(texts) < len(re.findall(r"(?m)^error: ", report)):
        return set()
    return {character for text in texts for character in _unescaped(text)}


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found["number"], 16)) if found["number"] else found["mark"], text)


def _number(character: str) -> str:
    return f"U+{ord(character):04X}"


if __name__ == "__main__":
    main()
