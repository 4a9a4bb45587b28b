"""Money: whole fen in an int, never a float. Prices include VAT."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from portal.core.refusal import Refusal
from portal.core.text import T

VAT_PERCENT = 13
"""China's general VAT rate for goods, in force since 2019-04-01."""

LARGEST_FEN = 10**13
"""100 billion yuan: beyond this somebody's finger slipped."""


class NotMoney(Refusal):
    title = T("金额写法看不懂")
    next = T("金额写成 1234.50，最多两位小数。")


def show(fen: int) -> str:
    """¥12,345.00; minus sign before the currency sign."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}¥{fen // 100:,}.{fen % 100:02d}"


def plain(fen: int) -> str:
    """12345.00, for inputs and files."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def parse(text: str) -> int:
    """Fen from what people type: full-width digits, ¥, 元, commas and blanks are taken; a third decimal is not."""
    clean = re.sub(r"[\s,¥￥元]|RMB|CNY", "", unicodedata.normalize("NFKC", text), flags=re.IGNORECASE)  # data
    if not re.fullmatch(r"[+-]?(\d+(\.\d{1,2}0*)?|\.\d{1,2})", clean):
        raise NotMoney(T("“{text}”不是金额：写成 1234.50，最多两位小数。", text=text.strip()[:40]))
    fen = int(Decimal(clean) * 100)
    if abs(fen) > LARGEST_FEN:
        raise NotMoney(T("“{text}”太大了，核对小数点。", text=text.strip()[:40]))
    return fen


def net_and_tax(gross_fen: int, percent: int = VAT_PERCENT) -> tuple[int, int]:
    """Take net and tax out of a gross line amount, half up; the two add up to the gross to the fen."""
    net = int((Decimal(gross_fen) * 100 / (100 + percent)).quantize(Decimal(1), ROUND_HALF_UP))
    return net, gross_fen - net


_DIGITS = "零壹贰叁肆伍陆柒捌玖"  # data
_PLACES = ("", "拾", "佰", "仟")  # data
_GROUPS = ("", "万", "亿", "万亿")  # data


def in_words(fen: int) -> str:
    """大写 for vouchers by the settlement-voucher rules (支付结算办法, annex 1): 1409.50 -> 壹仟肆佰零玖元伍角整."""
    if fen < 0:
        return "负" + in_words(-fen)  # data
    yuan, jiao, cents = fen // 100, fen // 10 % 10, fen % 10
    words = _whole(yuan) + "元" if yuan or not (jiao or cents) else ""  # data
    if not (jiao or cents):
        return words + "整"  # data
    if jiao:
        words += _DIGITS[jiao] + "角"  # data
    elif words:
        words += "零"  # data
    return words + (_DIGITS[cents] + "分" if cents else "整")  # data


def _whole(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    words, gap, places = "", False, len(str(number))
    for index, figure in enumerate(str(number)):
        place = places - 1 - index
        if figure == "0":
            gap = True
        else:
            words += (_DIGITS[0] if gap and words else "") + _DIGITS[int(figure)] + _PLACES[place % 4]
            gap = False
        if place % 4 == 0 and number // 10**place % 10_000:
            words += _GROUPS[place // 4]
    return words
