"""Guidance for stories of documents: every kind of block, an AK page, an AK passage on an open page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from tests.editions_plugin import Shelf, key, page, passage

from metoodik.editions import reading
from metoodik.editions.actions import make_edition
from metoodik.editions.audiences import audience_of
from metoodik.editions.opened import OpenEdition
from metoodik.handbook import content
from metoodik.handbook.content import Access, Restriction
from metoodik.people.models import User

GROUND = Restriction(
    "AvTS § 35 lg 1 p 9 (näidis)", "Sotsiaalkindlustusamet (näidis)", date(2026, 10, 1), date(2031, 9, 30)
)
OTHER_GROUND = replace(GROUND, ground="AvTS § 35 lg 1 p 11 (näidis)")
BEGAN = datetime(2031, 11, 1, tzinfo=UTC)


def rich_page() -> content.Page:
    """A page with a block of every kind, Estonian letters and Russian words."""
    blocks = (
        content.Text(
            key(601), "<p>Räägi <b>rahulikult</b>, küsi ööst &amp; šokist.</p><ul><li>Üks</li><li>Kaks</li></ul>"
        ),
        content.Steps(key(602), ("Kuula ära.", "Küsi otse.")),
        content.Phrase(key(603), "Kas olete ohus?", "Вы в опасности?", "Are you in danger?"),
        content.Warning(key(604), "<p>Ära jäta inimest üksi.</p>"),
        content.Checklist(key(605), ("Küsisin kohta.",)),
        content.Table(key(606), "Märgid", ("Märk", "Mida teha"), (("Nutab", "Oota"), ("Vaikib", "Küsi uuesti"))),
        content.Contact(key(607), "Häirekeskus", "112", "ööpäev läbi", "Kui elu on ohus"),
    )
    passages = (content.Passage(key(11), "Kuulamine", blocks), passage(12, "Lõpetamine", "Võta kokku."))
    return page(
        1,
        "Kõne avamine",
        *passages,
        sources=(content.Source("Psühholoogiline esmaabi", "https://www.who.int/"),),
        legal_basis=(content.Source("Ohvriabi seadus, § 5"),),
    )


def secret_page() -> content.Page:
    """A page that is AK as a whole."""
    return page(
        2,
        "Vaarikaplaan",
        passage(21, "Vaarikaheading", "Vaarikasõnad jäävad majja."),
        slug="vaarikaplaan",
        summary="Vaarikakokkuvõte.",
        access=Access.RESTRICTED,
        restriction=GROUND,
        sources=(content.Source("Vaarikaallikas", "https://vaarikas.example/"),),
    )


def mixed_page() -> content.Page:
    """An open page with one AK passage."""
    secret = replace(passage(32, "Pohlapealkiri", "Pohlasõnad jäävad majja."), restriction=OTHER_GROUND)
    link = f'<p>Vaata <a href="metoodik:page/{key(2)}">teist lehte</a>.</p>'
    return page(3, "Avatud leht", content.Passage(key(31), "Avatud lõik", (content.Text(key(531), link),)), secret)


def edition_of(shelf: Shelf, reader: User, *pages: content.Page) -> OpenEdition:
    """An edition of these pages, as this person reads it."""
    shelf.put(*pages)
    assert make_edition(by=None) is not None
    reading.look_again()
    edition = reading.current(audience_of(reader))
    assert edition is not None
    return edition
