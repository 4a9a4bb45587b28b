"""Jinja, one environment per language, in which constant texts and icons cost nothing at run time.

`_("订单")` and `icon("truck")` with literal arguments are replaced by their value when the template is compiled;
a page full of translated words and icons renders as fast as one of bare HTML.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, cast

from flask import Flask
from flask.templating import Environment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from lucide.jinja import lucide
from markupsafe import Markup

from portal.core import language, money

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def icon(name: str) -> Markup:
    """The Lucide icon as inline SVG in the text's colour and size; decoration, so hidden from readers."""
    hidden = {"aria-hidden": "true", "focusable": "false", "class": "icon"}
    return Markup(lucide(name, width=16, height=16, **hidden))  # type: ignore[arg-type]  # attributes go by keyword


class _Fold(NodeTransformer):
    """Replace calls with literal arguments by what they give."""

    def __init__(self, folds: dict[str, Callable[..., str]]) -> None:
        self.folds = folds

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name in self.folds):
            return node
        if not (node.args and all(isinstance(a, nodes.Const) for a in node.args)) or node.dyn_args:
            return node
        value = self.folds[node.node.name](*(cast(nodes.Const, a).value for a in node.args))
        constant = nodes.Const(value, lineno=node.lineno)
        if node.kwargs:  # _("{n} 行", n=count): only the filling-in is left for run time
            filled = nodes.Getattr(constant, "format", "load", lineno=node.lineno)
            return nodes.Call(filled, [], node.kwargs, None, None, lineno=node.lineno)
        if isinstance(value, Markup):
            return nodes.MarkSafe(constant, lineno=node.lineno)
        return constant


class Templates(Environment):
    """Flask's environment that speaks one language."""

    tongue = "zh"
    folds: ClassVar[dict[str, Callable[..., str]]] = {"icon": icon}
    """Functions whose calls with literal arguments become constants."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return cast(nodes.Template, _Fold({"_": self._gettext, **self.folds}).visit(tree))

    def _gettext(self, source: str) -> str:
        return language.gettext(source, self.tongue)


def environments(app: Flask) -> dict[str, Templates]:
    """Both languages' environments, with the filters and globals of the house."""
    made = {"zh": cast(Templates, app.jinja_env), "en": cast(Templates, app.create_jinja_environment())}
    for tongue, env in made.items():
        env.tongue = tongue
        env.trim_blocks = env.lstrip_blocks = True
        env.globals.update(_=_translator(tongue), icon=icon)
        env.filters.update(
            money=lambda fen: "" if fen is None else money.show(fen),
            plain_money=lambda fen: "" if fen is None else money.plain(fen),
            in_words=money.in_words,
            litres=language.litres,
            kilos=language.kilos,
            date=language.day,
            instant=language.instant,
            number=lambda n: "" if n is None else f"{n:,}",
            tr=_teller(tongue),
        )
    return made


def _translator(tongue: str) -> Callable[..., str]:
    def translate(source: str, **facts: Any) -> str:
        sentence = language.gettext(source, tongue)
        return sentence.format(**facts) if facts else sentence

    return translate


def _teller(tongue: str) -> Callable[[object], str]:
    return lambda value: language.tr(value, tongue)


def template(app: Flask, name: str) -> Template:
    """The template in the language of this request."""
    env: Templates = app.extensions["templates"][language.language()]
    return env.get_template(name)
