"""Every Chinese sentence has its English, and no Chinese stands where it cannot be translated.

    python -m tests.translations            says what is wrong, exit 1 if anything is
    python -m tests.translations --update   first writes new sentences into en.po and drops those gone

Python says T("…"), _("…"), N_("…"), gettext("…") or labels a Choice; templates say _("…"). What a room
says, it and its templates, stands in portal/<room>/en.po; what several rooms say, and all else, in
portal/core/en.po. Chinese that is no text for people (a name to match, seed data) has `# data`
({# data #}) at the end of its line, or as the first line of its file.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, TemplateSyntaxError, nodes

ROOT = Path(__file__).resolve().parent.parent
CALLS = {"T", "_", "N_", "gettext"}
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
DATA = re.compile(r"(#|\{#) data( #\})?\s*$")


class Found(NamedTuple):
    """A piece of text in the source; `said` when it goes through translation."""

    line: int
    text: str
    said: bool


def in_python(source: str) -> Iterator[Found]:
    tree = ast.parse(source)
    said: set[ast.AST] = set()
    silent: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in CALLS and node.args:
            said.update(_branches(node.args[0]))
        elif isinstance(node, ast.ClassDef) and any(_name(base) == "Choice" for base in node.bases):
            said.update(_labels(node))
        elif isinstance(node, ast.Expr):  # docstrings
            silent.add(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in silent:
            yield Found(node.lineno, node.value, node in said)


def _name(node: ast.expr) -> str | None:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None


def _branches(text: ast.expr) -> Iterator[ast.expr]:
    """`T("…" if new else "…")` says both."""
    if isinstance(text, ast.IfExp):
        yield from _branches(text.body)
        yield from _branches(text.orelse)
    else:
        yield text


def _labels(choice: ast.ClassDef) -> Iterator[ast.expr]:
    """`DRAFT = "draft", "草稿"`: the second of each member."""
    for member in choice.body:
        if isinstance(member, ast.Assign) and isinstance(member.value, ast.Tuple) and len(member.value.elts) > 1:
            yield member.value.elts[1]


def in_template(source: str) -> Iterator[Found]:
    tree = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]).parse(source)
    said: set[int] = set()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in CALLS and call.args:
            text = call.args[0]
            choices = [text.expr1, text.expr2] if isinstance(text, nodes.CondExpr) else [text]
            said.update(map(id, choices))
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str):
            yield Found(constant.lineno, constant.value, id(constant) in said)
    for html in tree.find_all(nodes.TemplateData):
        for offset, line in enumerate(html.data.split("\n")):
            yield Found(html.lineno + offset, line, False)


def room_of(path: Path) -> str:
    """The room whose en.po holds what `path` says."""
    room = path.relative_to(ROOT).parts[1]
    return room if (ROOT / "portal" / room).is_dir() else "core"


def read_sources() -> tuple[dict[str, set[str]], list[str]]:
    """Each Chinese sentence with the rooms that say it, and the places where Chinese stands untranslated."""
    rooms: dict[str, set[str]] = defaultdict(set)
    wrong = []
    for path in sorted([*ROOT.glob("portal/**/*.py"), *ROOT.glob("templates/**/*.html")]):
        where = path.relative_to(ROOT)
        source = path.read_text(encoding="utf-8")
        lines = source.split("\n")
        try:
            found = list((in_python if path.suffix == ".py" else in_template)(source))
        except (SyntaxError, TemplateSyntaxError) as error:  # what it says is unknown: do not guess
            raise SystemExit(f"{where}:{error.lineno}: cannot be read: {error}") from None
        for line, text, said in found:
            if not CHINESE.search(text):
                continue
            if said:
                rooms[text].add(room_of(path))
            elif not (DATA.search(lines[line - 1]) or DATA.match(lines[0])):
                wrong.append(f"{where}:{line}: Chinese outside a translation: {_short(text)}")
    return rooms, wrong


def po(room: str) -> Path:
    return ROOT / "portal" / room / "en.po"


def read_english() -> dict[str, dict[str, str]]:
    """Room → sentence → English."""
    english: dict[str, dict[str, str]] = {}
    for path in sorted(ROOT.glob("portal/*/en.po")):
        with path.open("rb") as file:
            english[path.parent.name] = {str(m.id): str(m.string or "") for m in read_po(file, "en") if m.id}
    return english


def update(rooms: dict[str, set[str]], english: dict[str, dict[str, str]]) -> None:
    known = {sentence for room in english.values() for sentence in room}
    for sentence in rooms.keys() - known:
        home = "core" if len(rooms[sentence]) > 1 else next(iter(rooms[sentence]))
        english.setdefault(home, {})[sentence] = ""
    for room, sentences in english.items():
        for gone in sentences.keys() - rooms.keys():
            del sentences[gone]
        catalog = Catalog("en")
        for sentence in sorted(sentences):
            catalog.add(sentence, sentences[sentence]).flags.clear()
        with po(room).open("wb") as file:
            write_po(file, catalog, width=0, omit_header=True)


def check(rooms: dict[str, set[str]], english: dict[str, dict[str, str]]) -> Iterator[str]:
    at: dict[str, list[str]] = defaultdict(list)
    for room, sentences in english.items():
        for sentence, translation in sentences.items():
            at[sentence].append(room)
            where = f"{po(room).relative_to(ROOT)}: {_short(sentence)}"
            if sentence not in rooms:
                yield f"{where}: said nowhere"
            elif not translation:
                yield f"{where}: no English yet"
            elif CHINESE.search(translation):
                yield f"{where}: Chinese in the English: {_short(translation)}"
            elif _holes(sentence) != _holes(translation):
                yield f"{where}: different {{names}}: {_short(translation)}"
    for sentence, homes in at.items():
        if len({english[room][sentence] for room in homes}) > 1:
            yield f"{_short(sentence)}: different English in {', '.join(homes)}"
    for sentence in sorted(rooms.keys() - at.keys()):
        yield f"{_short(sentence)}: in no en.po (said by {', '.join(sorted(rooms[sentence]))})"


def _holes(sentence: str) -> set[str] | None:
    try:
        return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
    except ValueError:  # a lone brace
        return None


def _short(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"


def main(arguments: list[str]) -> int:
    rooms, wrong = read_sources()
    english = read_english()
    if "--update" in arguments:
        update(rooms, english)
    wrong += check(rooms, english)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{len(rooms)} sentences, {len(wrong)} to mend" + (": see --update" if wrong else ""))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
