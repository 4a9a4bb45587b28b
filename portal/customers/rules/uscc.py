"""统一社会信用代码: 18 characters of which the last checks the others (GB 32100)."""

from __future__ import annotations

import re
import unicodedata

from portal.core.refusal import Wrong
from portal.core.text import T, Text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 signs: I, O, S, V and Z are left out, for they look like digits or each other."""

LENGTH = 18


def tidy(typed: str) -> str:
    """Upper case, half-width, without blanks and hyphens: how a code is kept."""
    return re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", typed)).upper()


def check_sign(body: str) -> str:
    """The 18th sign for the first 17: the sum of sign × 3^place is made divisible by 31."""
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return ALPHABET[-total % 31]


def fault(code: str) -> Text | None:
    """What is wrong with a tidy code (length, characters or check digit), or None."""
    if len(code) != LENGTH:
        return T("统一社会信用代码应为 18 位，现在 {n} 位", n=len(code))
    for place, sign in enumerate(code, 1):
        if sign not in ALPHABET:
            return T(
                "第 {place} 位“{sign}”不会出现在代码里（只有数字和 I、O、S、V、Z 以外的字母）", place=place, sign=sign
            )
    if (right := check_sign(code[:-1])) != code[-1]:
        return T("校验位对不上：按前 17 位末位应为 {right}，现在是 {last}，逐位核对", right=right, last=code[-1])
    return None


def read(typed: str | None) -> str | None:
    """The code as it is kept, None for nothing typed; raises Wrong("uscc") that says what is wrong."""
    code = tidy(typed or "")
    if not code:
        return None
    if wrong := fault(code):
        raise Wrong({"uscc": wrong})
    return code
