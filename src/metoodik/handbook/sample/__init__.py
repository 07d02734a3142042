"""The sample handbook: what a fresh installation opens with, as TOML files beside this module.

`sections.toml` names the shelves and, in reading order, the pages on each. `et/<name>.toml` holds a page with all that
is common to its languages; `ru/<name>.toml` and `en/<name>.toml` hold only the translated words and repeat the keys.
Words to say stand side by side in the Estonian file alone. Keys are fixed in the files, so content and hashes are equal
everywhere.
The texts are our own writing, the situations invented; every page is marked as a sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable

from metoodik.handbook.content import LANGUAGES, Page, Section
from metoodik.handbook.sample.node import read
from metoodik.handbook.sample.reading import SOURCE_LANGUAGE, pages_of, sections_of
from metoodik.handbook.staleness import words_fingerprint


@dataclass(frozen=True, slots=True)
class SampleHandbook:
    """Sections and pages in every language they exist in, in reading order, the Estonian before its translations."""

    sections: tuple[Section, ...]
    pages: tuple[Page, ...]

    def page(self, key: str, locale: str) -> Page:
        """The page with this key in this language. Raises KeyError when there is none."""
        for each in self.pages:
            if (each.key, each.locale) == (key, locale):
                return each
        raise KeyError((key, locale))


def load(root: Traversable | None = None) -> SampleHandbook:
    """Read and check the sample handbook, by default the one in this package.

    Raises ValueError that names the file and the place in it when something is missing, misspelt, repeated or when a
    translation does not follow its Estonian page.
    """
    folder = root if root is not None else files(__name__)
    shelves = read(folder, "sections.toml").tables("section")
    sections: list[Section] = []
    pages: list[Page] = []
    named: set[str] = set()
    for position, shelf in enumerate(shelves, start=1):
        shelf.only("key", "pages", *LANGUAGES)
        sections.extend(sections_of(shelf, position))
        for name in shelf.items("pages"):
            if name in named:
                shelf.fail(f"page {name!r} stands on a shelf twice")
            named.add(name)
            pages.extend(pages_of(folder, name, shelf.uuid("key")))
    _refuse_strays(folder, named)
    _refuse_repeated_keys(sections, pages)
    return SampleHandbook(tuple(sections), tuple(_confirmed(pages)))


def _confirmed(pages: list[Page]) -> Iterator[Page]:
    """Each translation confirmed against the Estonian page beside it."""
    estonian = {page.key: page for page in pages if page.locale == SOURCE_LANGUAGE}
    for page in pages:
        if page.locale == SOURCE_LANGUAGE:
            yield page
        else:
            words = {each.key: words_fingerprint(each) for each in estonian[page.key].passages}
            yield replace(page, passages=tuple(replace(each, source=words[each.key]) for each in page.passages))


def _refuse_strays(folder: Traversable, named: set[str]) -> None:
    for locale in LANGUAGES:
        for file in (folder / locale).iterdir():
            if file.name.endswith(".toml") and file.name.removesuffix(".toml") not in named:
                raise ValueError(f"{locale}/{file.name}: no section in sections.toml names this page")


def _refuse_repeated_keys(sections: list[Section], pages: list[Page]) -> None:
    """A key names one section, page, passage or block; only translations share it."""
    seen: set[str] = set()
    keys = [each.key for each in sections if each.locale == SOURCE_LANGUAGE]
    for page in pages:
        if page.locale == SOURCE_LANGUAGE:
            keys.append(page.key)
            keys.extend(passage.key for passage in page.passages)
            keys.extend(block.key for passage in page.passages for block in passage.blocks)
    for key in keys:
        if key in seen:
            raise ValueError(f"key {key} is used twice")
        seen.add(key)
