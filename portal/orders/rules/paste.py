# data
"""Lists as people send them: columns in any order, tabs or commas, full-width digits, chat text, header lines."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_LINES = 500
_UNIT = "吨箱|大桶|中桶|小桶|桶|箱|件|个|支|瓶|罐|提|盒|drums?|pails?|cartons?|boxes|box|pcs|ea"
_HAN = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_SHAPES = (
    re.compile(rf"(?<![\w.-])(\d{{1,9}})\s*(?:{_UNIT})(?![a-z])", re.I),
    re.compile(rf"[x×*]\s*(\d{{1,9}})(?!\s*l\b)\s*(?:{_UNIT})?(?![\w-])", re.I),
    re.compile(rf"([一二两三四五六七八九十]{{1,3}})\s*(?:{_UNIT})", re.I),
    re.compile(r"(?<![\w.-])(\d{1,9})\s*$"),
)
_HEAD = re.compile(r"编码|品名|名称|规格|数量|单位|备注|code|name|quantity|qty|item", re.I)
_CHATTER = re.compile(
    r"^(老板|你好|您好|麻烦|请|帮我|给我|我要|再来|来|要|送|发|订|明天|今天|后天|上午|下午|谢谢|尽快|急|的|和)+|[。!！?？]+"
)
_SPLIT = re.compile(r"[\s,;、|，；：:()【】「」\"]+")


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One line that asks for something: what may name it, and how many packages (None: not said)."""

    row: int
    text: str
    query: str
    quantity: int | None


def parse(text: str) -> list[PastedLine]:
    """The lines of a pasted list that ask for something, at most 500; never raises."""
    found = []
    for row, raw in enumerate(text.splitlines(), 1):
        line = unicodedata.normalize("NFKC", raw).replace("\x00", "").strip()[:300]
        if line and not _is_head(line):
            found.append(_read(row, line))
        if len(found) == MOST_LINES:
            break
    return [line for line in found if line.query]


def _is_head(line: str) -> bool:
    """Column names or a greeting: words of a table's head and no figure."""
    return not re.search(r"\d|[一二两三四五六七八九十]\s*(?:桶|箱|件)", line) and (
        len(_HEAD.findall(line)) >= 1 or not re.search(r"[a-z]{2}", line, re.I)
    )


def _read(row: int, line: str) -> PastedLine:
    cells = [cell.strip() for cell in line.split("\t")] if "\t" in line else None
    if cells and (bare := [c for c in cells if re.fullmatch(r"\d{1,9}", c)]):
        quantity = bare[-1] if cells[-1] in bare else bare[0]
        rest = " ".join(cell for cell in cells if cell != quantity)
        return PastedLine(row, line, _query(rest), int(quantity))
    for shape in _SHAPES:
        if match := shape.search(line):
            rest = line[: match.start()] + " " + line[match.end() :]
            return PastedLine(row, line, _query(rest), _number(match[1]))
    return PastedLine(row, line, _query(line), None)


def _number(word: str) -> int:
    if word.isdigit():
        return int(word)
    if "十" in word:
        tens, _, ones = word.partition("十")
        return _HAN.get(tens, 1) * 10 + _HAN.get(ones, 0)
    return _HAN.get(word, 1)


def _query(rest: str) -> str:
    """What is left of a line without its quantity, greetings and signs: the words to look for."""
    words = (_CHATTER.sub("", word) for word in _SPLIT.split(rest.strip()))
    return " ".join(word for word in words if word and word not in ("x", "X", "×", "*"))
