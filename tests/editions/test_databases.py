"""The sample handbook goes through drafting, review and approval; what comes out has one hash on every database."""

from __future__ import annotations

import pytest

from metoodik.editions import reading
from metoodik.editions.actions import make_edition
from metoodik.editions.audiences import audience_of
from metoodik.editions.content import content_of
from metoodik.editions.models import Edition
from metoodik.handbook import sample
from metoodik.handbook.sample_load import load_sample
from metoodik.people.models import User


@pytest.mark.django_db
def test_the_sample_handbook_has_the_hash_of_its_files(tiina: User, liis: User, rein: User, olga: User) -> None:
    """The same expectation on SQLite and PostgreSQL: the hash computed from the files, without any database."""
    load_sample(author=tiina, counsellor=liis, approver=rein, language_reviewer=olga)
    made = make_edition(by=tiina)
    book = sample.load()
    assert made is not None
    stored = Edition.objects.get()
    content = stored.read_content()
    assert content.hash == stored.content_hash
    assert stored.content_hash == content_of(book.sections, book.pages, content.facts).hash
    edition = reading.current(audience_of(liis))
    assert edition is not None
    assert edition.search("enesetap", locale="et")[0].page_title == "Enesetapurisk"
