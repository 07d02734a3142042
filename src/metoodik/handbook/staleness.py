"""Whether a translated passage still says what the Estonian one says: editors, editions and exports ask here.

A translation is confirmed against the words of the Estonian passage. Words to say are not counted: they carry their
own confirmation, language by language. Nor are marks, dates or keys: only what somebody reads can grow stale.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace

from metoodik.handbook import content
from metoodik.handbook.texts import words_of

SOURCE_LANGUAGE = "et"


def words_fingerprint(passage: content.Passage) -> str:
    """What `Passage.source` of a translation is compared with: SHA-256 over the passage's words, spaces left out."""
    blocks = (block for block in passage.blocks if not isinstance(block, content.Phrase))
    return fingerprint_of([passage.heading, *(words for block in blocks for words in words_of(block))])


def fingerprint_of(pieces: list[str]) -> str:
    """The same fingerprint from pieces of plain words in reading order."""
    return content.fingerprint(re.sub(r"\s+", "", "".join(pieces)))


def plain_words(piece: str) -> str:
    """A piece of inline HTML as the words that are counted."""
    return html.unescape(re.sub(r"<[^>]*>", " ", piece))


def stale_passages(page: content.Page, estonian: content.Page | None) -> frozenset[str]:
    """Keys of the translated page's passages whose Estonian words have changed since, or are no longer there.

    A passage that nobody has ever confirmed is not counted: nothing is known of its age.
    """
    if page.locale == SOURCE_LANGUAGE or estonian is None:
        return frozenset()
    now = {each.key: words_fingerprint(each) for each in estonian.passages}
    return frozenset(each.key for each in page.passages if each.source and now.get(each.key) != each.source)


def untranslated_passages(page: content.Page, estonian: content.Page | None) -> tuple[content.Passage, ...]:
    """Estonian passages that the translated page does not have, in order."""
    if page.locale == SOURCE_LANGUAGE or estonian is None:
        return ()
    held = {each.key for each in page.passages}
    return tuple(each for each in estonian.passages if each.key not in held)


def in_step(page: content.Page, estonian: content.Page) -> content.Page:
    """The translated page with what is said once, of the Estonian page: readers, access, risk, AK marks, phrases."""
    restrictions = {each.key: each.restriction for each in estonian.passages}
    phrases = {
        block.key: block
        for passage in estonian.passages
        for block in passage.blocks
        if isinstance(block, content.Phrase)
    }
    passages = tuple(
        replace(
            each,
            restriction=restrictions.get(each.key, each.restriction),
            blocks=tuple(phrases.get(block.key, block) for block in each.blocks),
        )
        for each in page.passages
    )
    return replace(
        page,
        audiences=estonian.audiences,
        access=estonian.access,
        restriction=estonian.restriction,
        risk=estonian.risk,
        passages=passages,
    )
