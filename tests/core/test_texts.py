"""Texts are values until they are shown; choices and lifecycles speak through them."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from portal.core import language
from portal.core.choice import Choice
from portal.core.lifecycle import Lifecycle, move
from portal.core.refusal import WrongState
from portal.core.text import T
from tests.conftest import only_sqlite


class Colour(Choice):
    RED = "red", "红"
    BLUE = "blue", "蓝"


LIFE = Lifecycle("colour", move("cool", [Colour.RED], Colour.BLUE))


def test_facts_are_written_as_their_names_say() -> None:
    text = T("{amount_fen}、{size_ml}、{load_g}、{due_on}、{what}", amount_fen=123456, size_ml=1_200_500, load_g=20_000,
             due_on=date(2026, 11, 23), what=T("油"))  # fmt: skip
    assert language.tr(text) == "¥1,234.56、1,200.5 L、20 kg、2026-11-23、油"


def test_a_choice_is_its_value_and_knows_its_word() -> None:
    assert Colour("red") is Colour.RED
    assert Colour.RED.value == "red" and f"{Colour.RED}" == "red"
    assert str(Colour.RED.label) == "红"
    assert [value for value, _ in Colour.pairs()] == ["red", "blue"]


def test_a_move_the_state_does_not_allow_is_refused_and_names_those_that_do() -> None:
    LIFE.check(Colour.RED, "cool")
    with pytest.raises(WrongState) as refused:
        LIFE.check(Colour.BLUE, "cool")
    assert "红" in language.tr(refused.value.said)
    assert LIFE.verbs(Colour.RED) == ["cool"]
    assert LIFE.table() == [("red", "cool", "blue")]


@only_sqlite
def test_constant_texts_and_icons_are_folded_when_a_template_is_compiled(app: Flask) -> None:
    env = app.extensions["templates"]["zh"]
    code = env.compile("{{ _('订单') }}{{ icon('truck') }}{{ _('{n} 行', n=count) }}", raw=True)
    assert "订单" in code and "<svg" in code
    assert "gettext" not in code and "'icon'" not in code
    with app.test_request_context():
        page = env.from_string("{{ _('订单') }}|{{ icon('truck') }}|{{ _('{n} 行', n=count) }}").render(count="<3>")
    assert page.startswith("订单|<svg") and page.endswith("|&lt;3&gt; 行")
