"""Which package a pasted line means: exact names first, then its words over an index of what there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

from portal.core.choice import Choice
from portal.core.search import fold
from portal.core.text import T, Text
from portal.orders.rules.paste import PastedLine

MOST_CANDIDATES = 5


class Found(Choice):
    """What became of a pasted line."""

    MATCHED = "matched", "已匹配"
    CHOOSE = "choose", "请选择"
    MISSING = "missing", "没找到"


class Known(NamedTuple):
    """A package as the index needs it; `names` are exact ones: barcode and the customer's own."""

    id: int
    code: str
    text: str
    """Everything it may be searched by."""
    unit: str
    is_on_sale: bool = True
    successor_id: int | None = None
    names: tuple[str, ...] = ()


class Match(NamedTuple):
    """The packages that a line may mean, the likeliest first; `quantity` as the name that was found reads it."""

    found: Found
    sku_ids: tuple[int, ...]
    quantity: int | None
    note: Text | None = None


def bare(text: str) -> str:
    """Without blanks and signs: "L-HM 46" and "lhm46" are the same."""
    return re.sub(r"[\W_]+", "", fold(text))


@dataclass(slots=True)
class _Entry:
    """A package's text, folded, and without signs."""

    known: Known
    text: str
    bare: str


@dataclass(slots=True)
class Index:
    """All packages, ready for many lines; a word is looked for once, however many lines have it."""

    entries: dict[int, _Entry] = field(default_factory=dict)
    exact: dict[str, list[int]] = field(default_factory=dict)
    numbers: dict[str, set[int]] = field(default_factory=dict)
    words: dict[str, frozenset[int]] = field(default_factory=dict)
    favourites: Mapping[int, int] = field(default_factory=dict)
    """sku id -> place among what this customer orders most: comes first where several are meant."""

    @classmethod
    def of(cls, goods: Iterable[Known], favourites: Mapping[int, int] | None = None) -> Index:
        index = cls(favourites=favourites or {})
        for known in goods:
            text = fold(known.text)
            index.entries[known.id] = _Entry(known, text, bare(known.text))
            for name in {bare(known.code), *(bare(n) for n in known.names)}:
                index.exact.setdefault(name, []).append(known.id)
            for number in set(re.findall(r"[0-9]+", text)) if known.is_on_sale else ():
                index.numbers.setdefault(number, set()).add(known.id)
        return index

    def match(self, line: PastedLine) -> Match:
        """What the line means."""
        for names, quantity in self._readings(line):
            if ids := list(dict.fromkeys(sku for name in names for sku in self.exact.get(bare(name), ()))):
                return self._settled(ids, quantity, line)
        return self._by_words(line)

    def _readings(self, line: PastedLine) -> list[tuple[Sequence[str], int | None]]:
        """The names with the quantity they leave: the whole, then its parts, then "HM46-200x6" as six of HM46-200."""
        whole, parts = line.names[:1], line.names[1:]
        glued = [((line.glued[0],), line.glued[1])] if line.glued else []
        return [(whole, line.quantity), (parts, line.quantity), *glued]

    def _settled(self, ids: Sequence[int], quantity: int | None, line: PastedLine) -> Match:
        """Exact names: one package on sale is a match; one that is not gives way to its successor."""
        live = [sku for sku in ids if self.entries[sku].known.is_on_sale]
        if len(live) == 1:
            return Match(Found.MATCHED, (live[0],), quantity, line.note)
        if live:
            return Match(Found.CHOOSE, tuple(self._ranked(live, line))[:MOST_CANDIDATES], quantity, line.note)
        known = self.entries[ids[0]].known
        successor = self._successor(known)
        if successor is None:
            return Match(Found.MISSING, (), quantity, T("{code} 已停售，没有替代品", code=known.code))
        note = T("{code} 已停售，改用 {successor}？", code=known.code, successor=self.entries[successor].known.code)
        return Match(Found.CHOOSE, (successor,), quantity, note)

    def _successor(self, known: Known) -> int | None:
        for _ in range(20):
            if known.successor_id is None or known.successor_id not in self.entries:
                return None
            known = self.entries[known.successor_id].known
            if known.is_on_sale:
                return known.id
        return None

    def _by_words(self, line: PastedLine) -> Match:
        sets = {word: self.having(word) for word in line.words}
        known = [ids for ids in sets.values() if ids]
        strange = [word for word, ids in sets.items() if not ids and not word.isdigit()]
        telling = [word for word, ids in sets.items() if ids and _tells(word)]
        if not telling or any(_is_code(word) for word in strange):
            return self._guess(line, [word for word in strange if _is_code(word)])
        all_of_them = reduce(frozenset.intersection, known)
        partly = not all_of_them
        if partly:
            all_of_them = _most_of(known)
        ids = self._ranked(all_of_them, line)
        if len(ids) == 1 and not partly and not strange:
            return Match(Found.MATCHED, tuple(ids), line.quantity, line.note)
        note = line.note
        if len(ids) > MOST_CANDIDATES:
            note = T("还有 {n} 种也符合，写上规格或包装", n=len(ids) - MOST_CANDIDATES)
        return Match(Found.CHOOSE, tuple(ids[:MOST_CANDIDATES]), line.quantity, note)

    def having(self, word: str) -> frozenset[int]:
        """The packages on sale whose text has the word, read as generously as nothing else would do."""
        if word not in self.words:
            self.words[word] = self._look(word)
        return self.words[word]

    def _look(self, word: str) -> frozenset[int]:
        for reading in _readings_of(word):
            if ids := reduce(frozenset.intersection, (self._holding(piece) for piece in reading)):
                return ids
        return frozenset()

    def _holding(self, piece: str) -> frozenset[int]:
        """The packages on sale with this piece; numbers must stand alone, so that 46 is not found in 460."""
        if piece.isdigit():
            return frozenset(self.numbers.get(piece, ()))
        plain = bare(piece)
        return frozenset(
            sku
            for sku, entry in self.entries.items()
            if entry.known.is_on_sale and (piece in entry.text or (len(plain) > 1 and plain in entry.bare))
        )

    def _ranked(self, ids: Iterable[int], line: PastedLine) -> list[int]:
        """With the unit that was said, then what this customer orders, then by code."""
        found = list(ids)
        if line.unit and (same := [sku for sku in found if self.entries[sku].known.unit == line.unit[-1]]):
            found = same
        return sorted(found, key=lambda sku: (self.favourites.get(sku, 1 << 30), self.entries[sku].known.code))

    def _guess(self, line: PastedLine, codes: Sequence[str]) -> Match:
        """Nothing fits: offer what begins as the code that nobody knows does."""
        for word in codes:
            stem = bare(word)
            for length in range(len(stem) - 1, 2, -1):
                near = [ids for name, ids in self.exact.items() if name.startswith(stem[:length])]
                live = [sku for ids in near for sku in ids if self.entries[sku].known.is_on_sale]
                if live:
                    ids = tuple(self._ranked(live, line)[:MOST_CANDIDATES])
                    first = self.entries[ids[0]].known.code
                    note = T("没有“{word}”，您是否要 {code}", word=word.upper(), code=first)
                    return Match(Found.MISSING, ids, line.quantity, note)
        return Match(Found.MISSING, (), line.quantity, line.note)


def _tells(word: str) -> bool:
    """Does the word name goods, rather than only a package or a number?"""
    return len(word) > 1 and not re.fullmatch(r"[0-9.]+(?:l|kg|ml)?|大桶|中桶|小桶|吨箱", word)  # data


def _is_code(word: str) -> bool:
    """Letters and digits of one name: "hm46x", "zz99-200"."""
    return bool(re.search(r"[a-z]", word) and re.search(r"[0-9]", word))


def _readings_of(word: str) -> list[list[str]]:
    """The word itself; a grade without 号; letters and digits apart ("lhm46" -> lhm, 46); shorter Chinese words."""
    readings = [[word]]
    if word.endswith("号"):  # data
        readings.append([word[:-1]])
    parts = re.findall(r"[a-z]+|[0-9]+", bare(word)) if word.isascii() else []
    if len(parts) > 1 and all(len(part) > 1 for part in parts):
        readings.append(parts)
    if not word.isascii():
        readings += [[word[at:]] for at in range(1, len(word) - 1)] + [[word[:-at]] for at in range(1, len(word) - 1)]
    return readings


def _most_of(sets: Sequence[frozenset[int]]) -> frozenset[int]:
    """The packages that most of the words have."""
    counted: dict[int, int] = {}
    for ids in sets:
        for sku in ids:
            counted[sku] = counted.get(sku, 0) + 1
    most = max(counted.values())
    return frozenset(sku for sku, n in counted.items() if n == most)
