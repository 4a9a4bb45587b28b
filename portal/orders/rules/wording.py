# data
"""What of a pasted line names goods: its words without greetings, days, prices and units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from portal.core.search import fold
from portal.orders.rules.counts import PACKAGES

DAYS = re.compile(
    r"[0-9]{1,2}月[0-9]{1,2}[日号]?(?:之?前)?|[0-9]{1,2}号(?=之?前|送|要|到|发)|[下本这]?(?:周|星期|礼拜)[一二三四五六日天](?:之?前)?|"
    r"(?<![0-9\-])[0-9]{1,2}(?:点[0-9]{0,2}分?|:[0-9]{2}(?![0-9]))(?:之?前)?"
)
PRICES = re.compile(
    r"(?:含税)?(?:单价|价格|金额|¥|￥)\s*[:=]?\s*[0-9][0-9,.]*\s*元?|[0-9][0-9,.]*\s*元|"
    r"(?<![\w.\-])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)\.(?=[0-9]*[1-9])[0-9]{2,4}(?![\w.])"
)
_NOISE = (
    "老板娘?|老师|经理|你好|您好|大家好|在吗|麻烦|辛苦|帮我|帮忙|给我|我们|我|再来|再要|再加|要货|要|来|送货|送到|送过来|送|发货|"
    "发我|配送|明天|明早|后天|今天|今晚|下午|上午|早上|中午|尽快|加急|急用|急需|急|谢谢|多谢|订货|订购|订单|订|下单|需要|补货|补|"
    "还有|还要|还|另外|以及|和|跟|与|及|再|上次|那个|那种|这个|清单|如下|报货|进货|拿|一下|请|先|各|的|好的|收到|之前|前|吧|啊|哈|呢|哦|了"
)
_LEADING = re.compile(rf"^(?:{_NOISE})+")
_TRAILING = re.compile(r"(?:谢谢|多谢|尽快|加急|急用|送到|送来|来|要|送|的|吧|啊|哈|呢|哦|了|各|前|之前)+$")
_SPLIT = re.compile(r"[\s,;、|()\[\]{}<>《》【】「」『』“”\"':=+。!?~*×]+")


@lru_cache(1024)
def _bare_words(rest: str) -> tuple[str, ...]:
    """The words of a line without greetings and days, as they were written."""
    words = (_quiet(word) for word in _SPLIT.split(DAYS.sub(" ", rest)))
    return tuple(word for word in words if word)


@lru_cache(1024)
def _quiet(word: str) -> str:
    """The word without what people say around it: "明天送HM46" -> "HM46"."""
    if word.isascii():
        return word.strip(".-/")
    return _TRAILING.sub("", _LEADING.sub("", word)).strip(".-/")


def names_in(cells: Sequence[str], rest: str) -> tuple[str, ...]:
    """What may be a name as a whole: all of it, each cell, each word, two words together."""
    words = _bare_words(rest)
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    return tuple(dict.fromkeys(name for name in (" ".join(words), *cells, *words, *pairs) if len(name) > 1))[:24]


_PIECES = re.compile(r"[0-9]+号|[0-9]+(?:\.[0-9]+)?(?:升|公斤|千克)|[0-9a-z][0-9a-z.\-/]*|[^\W\d_a-z]+|\w+")
_LATIN_UNITS = (("公斤", "kg"), ("千克", "kg"), ("升", "l"))


def words_in(rest: str, unit: str | None) -> tuple[str, ...]:
    """The folded words to search by; Chinese and other signs of one word are parted, units left out."""
    pieces = [_quiet(piece) for word in _bare_words(rest) for piece in _PIECES.findall(fold(word))]
    words = [_in_latin(piece) for piece in pieces if piece and not _UNSAID.fullmatch(piece)]
    if unit in PACKAGES and words:
        words.append(unit or "")
    return tuple(dict.fromkeys(words))[:12]


def _in_latin(word: str) -> str:
    """ "18升" -> "18l"."""
    for han, latin in _LATIN_UNITS if word[0].isdigit() else ():
        word = word.replace(han, latin)
    return word


_UNSAID = re.compile(r"[桶箱件个支瓶罐听提盒包袋套只号升装x]|油品|pcs|ea|[0-9]+\.[0-9]+")
"""Units that were not taken with the quantity, and prices."""
