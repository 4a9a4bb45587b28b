"""Money: fen in, fen out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import money
from portal.core.money import NotMoney


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (0, "零元整"),
        (10000000, "壹拾万元整"),
        (1000000005, "壹仟万元零伍分"),
        (1000100, "壹万零壹元整"),
    ],
)
def test_amounts_in_words_follow_the_settlement_voucher_rules(fen: int, words: str) -> None:
    assert money.in_words(fen) == words


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("12", 1200), ("１２，３４５．５０", 1234550), ("¥1,234.50元", 123450), (".5", 50), ("1.500", 150), ("-3", -300)],
)
def test_amounts_are_taken_as_people_type_them(typed: str, fen: int) -> None:
    assert money.parse(typed) == fen


@pytest.mark.parametrize("typed", ["", "1.234", "abc", "1e5", "--1", "1.2.3", "99999999999999"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(NotMoney):
        money.parse(typed)


@given(st.integers(-(10**12), 10**12))
def test_an_amount_shown_is_read_back(fen: int) -> None:
    assert money.parse(money.show(fen)) == fen


@given(st.integers(0, 10**12))
def test_net_and_tax_add_up_to_the_gross(gross: int) -> None:
    net, tax = money.net_and_tax(gross)
    assert net + tax == gross
    assert abs(tax - gross * 13 / 113) <= 0.5 + 1e-6
