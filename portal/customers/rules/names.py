"""When two names mean the same firm."""

from __future__ import annotations

import re

from portal.core.search import fold

_FORMS = (
    "股份有限公司 有限责任公司 有限公司 有限合伙 普通合伙 分公司 总公司 集团公司 公司 集团 "  # data
    "经营部 经销部 营业部 门市部 商行 总厂"  # data
)
_LEGAL = re.compile(f"({'|'.join(_FORMS.split())})$")
_PLACE = re.compile("^(中国)?([\u4e00-\u9fff]{2,3}(省|自治区))?([\u4e00-\u9fff]{2,3}市)?")  # data


def plain(name: str) -> str:
    """The name without blanks, signs, legal form and province or city in front: what two spellings share.

    "重庆市渝北（示例）润滑油有限公司" and "渝北示例润滑油公司" both give "渝北示例润滑油".
    """
    core = re.sub(r"[\W_]+", "", fold(name))
    while len(shorter := _LEGAL.sub("", core)) >= 2 and shorter != core:
        core = shorter
    shorter = _PLACE.sub("", core)
    return shorter if len(shorter) >= 2 else core


def alike(one: str, other: str) -> bool:
    """Could these be the same firm? Equal cores, or one core of four and more characters inside the other."""
    a, b = sorted((plain(one), plain(other)), key=len)
    return a == b or (len(a) >= 4 and a in b)
