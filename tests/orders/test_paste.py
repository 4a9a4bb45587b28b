"""Lists as people send them: what a pasted text asks for, and which packages it means."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.orders.rules.counts import chinese_number
from portal.orders.rules.matching import MOST_CANDIDATES, Found, Index, Known
from portal.orders.rules.paste import MOST_LINES, Pasted, parse, parse_line

LINES = [
    # columns
    ("HM46-200\t6", "HM46-200", 6),
    ("6\tHM46-200", "HM46-200", 6),
    ("HM46-200\t长路液压油 46\t6\t桶", "HM46-200 长路液压油 46", 6),
    ("1\tHM46-200\t6\t2736.00\t16416.00", "HM46-200", 6),
    ("HM46-200\t2,736.00\t6", "HM46-200", 6),
    ("6935364011112\t6", "6935364011112", 6),
    ("HM46-200,6", "HM46-200", 6),
    ("HM46-200，6", "HM46-200", 6),
    ("HM46-200、6", "HM46-200", 6),
    ("HM46-200；6", "HM46-200", 6),
    ("HM46-200;6;桶", "HM46-200", 6),
    ("HM46-200,6,2736.00,16416.00", "HM46-200", 6),
    ("HM46-200|6", "HM46-200", 6),
    ("HM46-200    6", "HM46-200", 6),
    # full-width, separators, multiplication signs
    ("ＨＭ４６－２００　３", "HM46-200", 3),
    ("HM46-200：6", "HM46-200", 6),
    ("HM46-200 x 12", "HM46-200", 12),
    ("HM46-200 X6", "HM46-200", 6),
    ("HM46-200 × ６桶", "HM46-200", 6),
    ("HM46-200*6", "HM46-200", 6),
    ("6×HM46-200", "HM46-200", 6),
    ("HM46-200 1,200", "HM46-200", 1200),
    ("HM46-200 6.00", "HM46-200", 6),
    ("数量：6 HM46-200", "HM46-200", 6),
    # specification beside quantity
    ("CI-4 15W-40 18L ×6桶", "CI-4 15W-40 18L", 6),
    ("「CI-4 15W-40 18L ×6桶」", "CI-4 15W-40 18L", 6),
    ("SN 5W30 4L 2箱 急", "SN 5W30 4L", 2),
    ("SN-4x6 3", "SN-4x6", 3),
    ("L-HM 46 6", "L-HM 46", 6),
    ("HM46 200L 6", "HM46 200L", 6),
    ("DTE 25 大桶 3", "DTE 25", 3),
    ("抗磨液压油46#6桶", "抗磨液压油46#", 6),
    ("齿轮油220 18升 5", "齿轮油220 18升", 5),
    ("2号锂基脂 3桶", "2号锂基脂", 3),
    ("发动机油 3桶", "发动机油", 3),
    # list markers
    ("1. HM46-200 6桶", "HM46-200", 6),
    ("①HM46-200 6桶", "HM46-200", 6),
    ("3）HM46-200 6桶", "HM46-200", 6),
    ("- HM46-200 6桶", "HM46-200", 6),
    # chat
    ("老板，明天送 HM46 两桶", "HM46", 2),
    ("HM46要十二桶", "HM46", 12),
    ("EP2-15，十二桶", "EP2-15", 12),
    ("来一百二十桶 HM46", "HM46", 120),
    ("两大桶46号液压油", "46号液压油", 2),
    ("柴机油18L的来五桶", "柴机油18L", 5),
    ("11月25日前送HM46 两桶", "HM46", 2),
    ("9:30前送到 HM46 6桶", "HM46", 6),
    ("下周三要 CI-4 20L 10桶", "CI-4 20L", 10),
    ("HM46-200 6桶 单价2736元", "HM46-200", 6),
    ("🙂 HM46-200 6桶", "🙂 HM46-200", 6),
    # no quantity, or one that cannot be
    ("HM46-200", "HM46-200", None),
    ("抗磨液压油 46 200L", "抗磨液压油 46 200L", None),
    ("HM46-200 半桶", "HM46-200", None),
    ("HM46-200 1.5桶", "HM46-200", None),
    ("HM46 2吨", "HM46", None),
    ("HM46-200 -6", "HM46-200", None),
    ("HM46-200 0", "HM46-200", 0),
    ("HM46-200 1000000000", "HM46-200", 1_000_000_000),
]


@pytest.mark.parametrize(("line", "name", "quantity"), LINES, ids=[line for line, *_ in LINES])
def test_a_line_as_people_write_it(line: str, name: str, quantity: int | None) -> None:
    (found,) = parse(line).lines
    assert (found.names[0], found.quantity) == (name, quantity)


@pytest.mark.parametrize(
    "line", ["HM46-200 半桶", "HM46-200 1.5桶", "HM46 2吨", "HM46-200 -6", "编码\t数量\nHM46\t很多"]
)
def test_a_quantity_that_cannot_be_read_says_so(line: str) -> None:
    assert parse(line).lines[-1].note is not None


def _asked(text: str) -> list[tuple[str, int | None]]:
    return [(line.names[0], line.quantity) for line in parse(text).lines]


@pytest.mark.parametrize(
    "line",
    [
        "编码\t数量", "序号\t产品编码\t品名规格\t数量（桶）\t单位\t单价", "编码,数量", "Item No.,Qty",
        "编码 数量", "数量", "老板在吗", "谢谢！", "张三 2026/11/23 09:31", "张三:", "上午 9:31",
        "收货地址：渝北区示例路 1 号", "电话 13800138000", "合计 48桶", "共 3 种", "，，，", "———", "\t\t6", "大桶 3",
    ],
)  # fmt: skip
def test_what_asks_for_nothing_is_passed_over(line: str) -> None:
    pasted = parse(line)
    assert pasted.lines == () and len(pasted.skipped) == 1


def test_the_head_says_which_column_is_which() -> None:
    head = "序号\t数量\t物料编码\t单价\t品名\t单位"
    rows = ["1\t6\tHM46-200\t2736\t长路液压油 46\t桶", "2\t10\tCI4-18\t350\t长路柴机油\t桶", "合计\t16\t\t\t\t"]
    pasted = parse("\n".join([head, *rows]))
    assert [(line.names[1], line.quantity, line.unit) for line in pasted.lines] == [
        ("HM46-200", 6, "桶"), ("CI4-18", 10, "桶"),
    ]  # fmt: skip


def test_columns_without_a_head_are_told_by_what_stands_in_them() -> None:
    text = "1\tHM46-200\t3\n2\tCI4-18\t1\n3\tEP2-15\t2"
    assert _asked(text) == [("HM46-200", 3), ("CI4-18", 1), ("EP2-15", 2)]
    assert _asked("100234\t6\n100235\t12") == [("100234", 6), ("100235", 12)]
    assert _asked("HM46-200\t桶\t6\t2736\nCI4-18\t桶\t10\t350") == [("HM46-200", 6), ("CI4-18", 10)]


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("HM46 两桶，CI-4 6桶；齿轮油3桶", [("HM46", 2), ("CI-4", 6), ("齿轮油", 3)]),
        ("HM46-200;6;CI4-18;12", [("HM46-200", 6), ("CI4-18", 12)]),
        ("HM46-200 6桶、CI4-18 3桶", [("HM46-200", 6), ("CI4-18", 3)]),
        ("要HM46的6桶，还有CI-4的3桶", [("HM46", 6), ("CI-4", 3)]),
        ("HM46、HM68 各两桶", [("HM46", 2), ("HM68", 2)]),
        ("两桶HM46，三箱SN", [("HM46", 2), ("SN", 3)]),
    ],
)
def test_one_line_may_ask_for_several_things(line: str, asked: list[tuple[str, int]]) -> None:
    assert _asked(line) == asked


@pytest.mark.parametrize(
    ("text", "number"),
    [("两", 2), ("十", 10), ("十二", 12), ("二十", 20), ("一百二", 120), ("一百零二", 102), ("两千三百", 2300),
     ("一万二", 12_000), ("一二三", 123), ("廿五", 25), ("", None), ("桶", None)],
)  # fmt: skip
def test_chinese_numbers(text: str, number: int | None) -> None:
    assert chinese_number(text) == number


def test_five_hundred_lines_are_taken_and_the_rest_is_counted() -> None:
    pasted = parse("\n".join(f"A{n} 3桶" for n in range(620)))
    assert (len(pasted.lines), pasted.left_over) == (MOST_LINES, 120)


_pieces = st.sampled_from(
    ["HM46-200", "长路", "6", "两桶", "桶", "\t", ",", "，", "；", "、", " ", "×", "x", "18L", "各", "半桶",
     "编码", "数量", "合计", "1.", "①", "-3", "9:30", "\n", "\r\n", "十", "廿", "万",
     "¥2,736.00", "\u3000", "\x00", "\ud800", "２"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=400), st.lists(_pieces, max_size=40).map("".join)))
def test_no_text_is_too_strange(text: str) -> None:
    pasted = parse(text)
    assert isinstance(pasted, Pasted) and len(pasted.lines) <= MOST_LINES
    rows = [line.row for line in pasted.lines]
    assert rows == sorted(rows) and all(1 <= row <= len(text.splitlines()) for row in rows)
    for line in (*pasted.lines, parse_line(text)):
        assert line.quantity is None or line.quantity >= 0
        assert SHELF.match(line).found in Found


SHELF = Index.of(
    [
        Known(1, "HM46-200", "HM46-200 长路液压油 46 VG 46 · L-HM · 200 L 大桶", "桶"),
        Known(2, "HM46-18", "HM46-18 长路液压油 46 VG 46 · L-HM · 18 L 中桶", "桶"),
        Known(3, "CI4-18", "CI4-18 长路柴机油 CI-4 15W-40 · 18 L lucjy", "桶", names=("6935364011112", "柴油机小桶")),
        Known(4, "SN-4x6", "SN-4x6 长路汽机油 SN 5W-30 · SN · 4 L × 6 箱", "箱"),
        Known(5, "EP2-15", "EP2-15 长路锂基脂 2 号 NLGI 2 · EP · 15 kg 中桶", "桶"),
        Known(6, "HM68-200", "HM68-200 长路液压油 68 VG 68 · L-HM · 200 L", "桶", is_on_sale=False, successor_id=7),
        Known(7, "HM68B-200", "HM68B-200 长路液压油 68 二代 VG 68 · L-HM · 200 L 大桶", "桶"),
        Known(8, "OLD-18", "OLD-18 旧油", "桶", is_on_sale=False),
        Known(9, "VG460-200", "VG460-200 齿轮油 460 VG 460 · CKD · 200 L 大桶", "桶"),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found", "skus", "quantity"),
    [
        ("HM46-200 6", Found.MATCHED, (1,), 6),
        ("hm46 200 6", Found.MATCHED, (1,), 6),
        ("6935364011112\t6", Found.MATCHED, (3,), 6),
        ("柴油机小桶 两桶", Found.MATCHED, (3,), 2),
        ("CI-4 15W-40 18L ×6桶", Found.MATCHED, (3,), 6),
        ("ci4 15w40 18升 6", Found.MATCHED, (3,), 6),
        ("lucjy 6", Found.MATCHED, (3,), 6),
        ("SN-4x6 3", Found.MATCHED, (4,), 3),
        ("HM46-200x6", Found.MATCHED, (1,), 6),
        ("HM46-200/6", Found.MATCHED, (1,), 6),
        ("L-HM46 大桶 6", Found.MATCHED, (1,), 6),
        ("2号锂基脂 3桶", Found.MATCHED, (5,), 3),
        ("HM46 两桶", Found.CHOOSE, (2, 1), 2),
        ("46号液压油 6桶", Found.CHOOSE, (2, 1), 6),
        ("HM68-200 2", Found.CHOOSE, (7,), 2),
        ("HM46-200 CI4-18 2", Found.CHOOSE, (3, 1), 2),
        ("HM46X 3", Found.MISSING, (2, 1), 3),
        ("OLD-18 3", Found.MISSING, (), 3),
        ("ZZ99-200 3", Found.MISSING, (), 3),
        ("不知道什么 3桶", Found.MISSING, (), 3),
    ],
)
def test_what_a_line_means(text: str, found: Found, skus: tuple[int, ...], quantity: int) -> None:
    (line,) = parse(text).lines
    match = SHELF.match(line)
    assert (match.found, match.sku_ids, match.quantity) == (found, skus, quantity)


def test_what_this_customer_orders_comes_first_among_several() -> None:
    (line,) = parse("HM46 两桶").lines
    assert Index.of([entry.known for entry in SHELF.entries.values()], {1: 0}).match(line).sku_ids == (1, 2)


def test_an_unknown_code_asks_whether_its_neighbour_was_meant() -> None:
    (line,) = parse("HM46X 3").lines
    assert str(SHELF.match(line).note) == "没有“HM46X”，您是否要 HM46-18"


def test_candidates_are_few_and_the_rest_is_counted() -> None:
    many = Index.of(Known(n, f"HM46-{n}", f"液压油 46 第 {n} 种", "桶") for n in range(1, 9))
    match = many.match(parse("液压油 46 6桶").lines[0])
    assert len(match.sku_ids) == MOST_CANDIDATES and "3" in str(match.note)


def test_five_hundred_lines_over_two_thousand_packages_take_no_time() -> None:
    goods = [Known(n, f"P{n:04d}-18", f"P{n:04d}-18 液压油 {n} VG {n % 99} · 18 L 中桶", "桶") for n in range(2000)]
    text = "\n".join(f"P{n:04d}-18\t{n % 9 + 1}" if n % 2 else f"液压油 {n} 18L {n % 9 + 1}桶" for n in range(500))
    began = time.perf_counter()
    index = Index.of(goods)
    matches = [index.match(line) for line in parse(text).lines]
    assert time.perf_counter() - began < 1, "several times what it takes"
    assert len(matches) == 500
