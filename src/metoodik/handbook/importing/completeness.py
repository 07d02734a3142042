"""The proof that nothing is lost: every word the independent reader found is in the draft or listed as left over."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from metoodik.handbook.importing.values import Chunk, Leftover, Where
from metoodik.handbook.importing.words import clean, located_words, words

_NEVER_IN_DRAFT = frozenset({Where.COMMENT, Where.DELETION, Where.HEADER, Where.FOOTER, Where.HIDDEN, Where.CONTENTS})
_LATER = (Where.FOOTNOTE, Where.TEXT_BOX, Where.IMAGE, Where.TOOLTIP, Where.FORM, Where.EMBEDDED, Where.METADATA)
_CONTEXT = 60
_NEAR = 160
_LONGEST_WORD = 100
_PLACES_SEARCHED = 300


def left_over(
    found: Sequence[Chunk], draft: Sequence[str], added: Counter[str], aside: Iterable[tuple[Where, str]]
) -> tuple[Leftover, ...]:
    """What of `found` is not in `draft`, in the order of the file.

    `draft` holds the draft's text piece by piece, `added` the words in it that do not come from the file, `aside` what
    was left out on purpose: it only tells more closely where a leftover stood.
    """
    ledger = _Ledger(found, draft, added)
    ledger.settle()
    places = {tuple(words(text)): where for where, text in aside}
    return _merged([_placed(each, places) for each in ledger.leftovers()])


@dataclass
class _Open:
    """A chunk that is not yet accounted for."""

    index: int
    chunk: Chunk
    tokens: list[str]
    spans: list[tuple[int, int]]


class _Ledger:
    def __init__(self, found: Sequence[Chunk], draft: Sequence[str], added: Counter[str]) -> None:
        self.found = found
        pieces = [words(piece) for piece in draft]
        self.pieces = Counter(tuple(piece) for piece in pieces)
        self.supply: Counter[str] = Counter(token for piece in pieces for token in piece)
        self.supply.subtract(added)
        self.missing: dict[int, list[Leftover]] = {}

    def settle(self) -> None:
        """First whole pieces, then the text word by word, then notes and the rest, which may only repeat the text."""
        waiting: list[_Open] = []
        properties: list[_Open] = []
        for index, chunk in enumerate(self.found):
            located = located_words(chunk.text)
            entry = _Open(index, chunk, [each[0] for each in located], [(each[1], each[2]) for each in located])
            if not entry.tokens:
                continue
            if chunk.where in _NEVER_IN_DRAFT:
                self._whole(entry)
            elif chunk.where is Where.METADATA:
                properties.append(entry)
            elif not self._matches_piece(entry):
                waiting.append(entry)
        waiting.extend(entry for entry in properties if not self._matches_piece(entry))
        waiting.sort(key=lambda entry: _rank(entry.chunk.where))
        for entry in waiting:
            self._by_word(entry)

    def leftovers(self) -> list[Leftover]:
        """What is missing, in the order of the file."""
        return [each for index in sorted(self.missing) for each in self.missing[index]]

    def _whole(self, entry: _Open) -> None:
        text = " ".join(clean(entry.chunk.text).split())
        near = _shortened(" ".join(entry.chunk.near.split()))
        self.missing[entry.index] = [Leftover(text, entry.chunk.where, near)]

    def _matches_piece(self, entry: _Open) -> bool:
        piece = tuple(entry.tokens)
        if self.pieces[piece] == 0 or any(self.supply[token] < count for token, count in Counter(piece).items()):
            return False
        self.pieces[piece] -= 1
        self.supply.subtract(piece)
        return True

    def _by_word(self, entry: _Open) -> None:
        taken, missing = self._consume(entry.tokens)
        if not missing:
            return
        if len(missing) * 2 >= len(entry.tokens):
            self.supply.update(taken)
            self._whole(entry)
            return
        self.missing[entry.index] = [_run(entry, run) for run in _runs(missing)]

    def _consume(self, tokens: list[str]) -> tuple[list[str], list[int]]:
        """Take the words from the draft's; a word may stand there joined to its neighbour, or in two."""
        taken: list[str] = []
        missing: dict[int, None] = {}
        queue = deque(enumerate(tokens))
        while queue:
            index, token = queue.popleft()
            following = queue[0][1] if queue else ""
            if self.supply[token] > 0:
                self._take([token], taken)
            elif following and self.supply[token + following] > 0:
                queue.popleft()
                self._take([token + following], taken)
            elif taken and index - 1 not in missing and self.supply[taken[-1] + token] > 0:
                self.supply[taken[-1]] += 1
                self._take([taken.pop() + token], taken)
            elif halves := self._halves(token):
                self._take(halves, taken)
            else:
                missing[index] = None
        return taken, list(missing)

    def _take(self, tokens: list[str], taken: list[str]) -> None:
        self.supply.subtract(tokens)
        taken.extend(tokens)

    def _halves(self, token: str) -> list[str]:
        for cut in range(1, len(token) if len(token) <= _LONGEST_WORD else 0):
            first, second = token[:cut], token[cut:]
            enough = self.supply[second] > (1 if first == second else 0)
            if self.supply[first] > 0 and enough:
                return [first, second]
        return []


def _rank(where: Where) -> int:
    return 1 + _LATER.index(where) if where in _LATER else 0


def _runs(indexes: list[int]) -> list[tuple[int, int]]:
    """Neighbouring indexes as (first, last)."""
    runs: list[tuple[int, int]] = []
    for index in indexes:
        if runs and index == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return runs


def _run(entry: _Open, run: tuple[int, int]) -> Leftover:
    text = clean(entry.chunk.text)
    start, end = entry.spans[run[0]][0], entry.spans[run[1]][1]
    before = text[max(0, start - _CONTEXT) : start]
    after = text[end : end + _CONTEXT]
    context = " ".join(f"{before}{text[start:end]}{after}".split())
    return Leftover(" ".join(text[start:end].split()), entry.chunk.where, context)


def _shortened(text: str) -> str:
    return text if len(text) <= _NEAR else text[:_NEAR].rsplit(" ", 1)[0] + " …"


def _placed(leftover: Leftover, places: dict[tuple[str, ...], Where]) -> Leftover:
    """The leftover with the closer place that the draft's maker knows of; parts are sought in the first places only."""
    if leftover.where is not Where.BODY:
        return leftover
    own = tuple(words(leftover.text))
    where = places.get(own)
    if where is None:
        where = next((places[each] for each in islice(places, _PLACES_SEARCHED) if _contains(each, own)), Where.BODY)
    return replace(leftover, where=where)


def _contains(tokens: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return any(tokens[start : start + len(part)] == part for start in range(len(tokens) - len(part) + 1))


def _merged(leftovers: list[Leftover]) -> tuple[Leftover, ...]:
    """Equal words in equal places told once, with their number."""
    merged: dict[tuple[str, Where], Leftover] = {}
    for each in leftovers:
        same = merged.get((each.text, each.where))
        times = same.times + each.times if same else each.times
        merged[(each.text, each.where)] = Leftover(each.text, each.where, (same or each).context, times)
    return tuple(merged.values())
