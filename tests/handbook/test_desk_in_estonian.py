"""An editor meets the writing desk in Estonian only: Wagtail's own words come from our overlay catalogue."""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import polib
import pytest
from django import forms
from django.conf import settings
from django.test import RequestFactory
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JSONCatalog

from metoodik.handbook.desk_words import LABELS

OVERLAY = Path(settings.LOCALE_PATHS[0]) / "et" / "LC_MESSAGES"

# What an editor of ours can meet: every string of these catalogues has to be said in Estonian.
DESK = [
    ("wagtail.admin", "django"),
    ("wagtail.admin", "djangojs"),
    ("wagtail", "django"),
    ("wagtail.users", "django"),
    ("wagtail.documents", "django"),
    ("wagtail.images", "django"),
    ("wagtail.snippets", "django"),
    ("wagtail.locales", "django"),
    ("wagtail.sites", "django"),
    ("wagtail.search", "django"),
    ("wagtail.embeds", "django"),
    ("wagtail.contrib.typed_table_block", "django"),
    ("taggit", "django"),
    ("wagtail_localize", "django"),
]
# Packages of which the overlay says only some strings better; the rest stays their own.
IMPROVED = [
    ("wagtail.contrib.table_block", "django"),
    ("django.conf", "django"),
    ("django.contrib.auth", "django"),
    ("allauth", "django"),
]
# Signs, units and words that Estonian writes as English does.
SAME_IN_BOTH = {
    "%(field_label)s:",
    "%(num)s min",
    "%(num)s mins",
    "%(time_zone_option)s: %(localized_time_zone_label)s",
    "ID",
    "Link",
    "port",
}

type Key = tuple[str | None, str]

PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sdr]|\{\w*\}")
TAG = re.compile(r"<[^>]+>")


def catalogue(package: str, domain: str, language: str) -> dict[Key, polib.POEntry]:
    """The entries of a package's catalogue, or of the overlay when `package` is empty."""
    if package:
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        path = Path(spec.origin).parent / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
    else:
        path = OVERLAY / f"{domain}.po"
    if not path.exists():
        return {}
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}


def pairs(entry: polib.POEntry) -> Iterator[tuple[str, str]]:
    """Each English form of an entry beside its Estonian."""
    if entry.msgid_plural:
        yield entry.msgid, entry.msgstr_plural[0]
        yield entry.msgid_plural, entry.msgstr_plural[1]
    else:
        yield entry.msgid, entry.msgstr


def said(package: str, domain: str) -> dict[Key, polib.POEntry]:
    """What the reader sees: the overlay's entry where there is one, else the package's own Estonian."""
    own = {key: entry for key, entry in catalogue(package, domain, "et").items() if entry.translated()}
    return own | catalogue("", domain, "et")


@pytest.mark.parametrize(("package", "domain"), DESK)
def test_no_string_of_the_desk_is_left_in_english(package: str, domain: str) -> None:
    estonian = said(package, domain)
    source = catalogue(package, domain, "en")
    assert source
    missing = [key for key in source if key not in estonian or not estonian[key].translated()]
    assert missing == []


@pytest.mark.parametrize(("package", "domain"), DESK)
def test_no_translation_repeats_the_english(package: str, domain: str) -> None:
    estonian = said(package, domain)
    repeated = {
        english
        for key in catalogue(package, domain, "en")
        for english, text in pairs(estonian[key])
        if english == text and english not in SAME_IN_BOTH
    }
    assert repeated == set()


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_placeholders_and_markup_are_kept(domain: str) -> None:
    for entry in catalogue("", domain, "et").values():
        for english, text in pairs(entry):
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(english)), english
            assert Counter(TAG.findall(text)) == Counter(TAG.findall(english)), english
            assert text.startswith("\n") == english.startswith("\n"), english
            assert text.endswith("\n") == english.endswith("\n"), english


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_voice_is_a_colleagues(domain: str) -> None:
    formal = re.compile(r"\b(palun|edukalt|teie|teid|teil|salasõna\w*|vabandust|nälk\w*)\b|!", re.IGNORECASE)
    for entry in catalogue("", domain, "et").values():
        for _, text in pairs(entry):
            assert not formal.search(text), text


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_overlay_holds_only_what_the_packages_say(domain: str) -> None:
    """A string that no package has any more, or one of our own rooms, does not belong here."""
    known: set[Key] = set()
    for package, its_domain in DESK + IMPROVED:
        if its_domain == domain:
            known |= catalogue(package, domain, "en").keys()
    assert catalogue("", domain, "et").keys() - known == set()


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_compiled_file_says_what_the_text_file_says(domain: str) -> None:
    text = {(e.msgctxt, e.msgid): list(pairs(e)) for e in catalogue("", domain, "et").values()}
    compiled = {(e.msgctxt, e.msgid): list(pairs(e)) for e in polib.mofile(str(OVERLAY / f"{domain}.mo"))}
    assert compiled == text


def test_our_own_rooms_do_not_say_the_same_english_differently() -> None:
    """The overlay wins over every room. Give the room's string a context (pgettext) when it must differ."""
    overlay = catalogue("", "django", "et")
    differing = {}
    for path in Path(settings.PACKAGE).glob("*/locale/et/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(path)):
            ours = overlay.get((entry.msgctxt, entry.msgid))
            if ours and entry.translated() and list(pairs(ours)) != list(pairs(entry)):
                differing[path.parts[-5], entry.msgid] = (entry.msgstr, ours.msgstr)
    assert differing == {}


def test_the_overlay_wins_over_the_packages() -> None:
    with translation.override("et"):
        assert translation.gettext("Live") == "Avaldatud"
        assert translation.gettext("slug") == "aadressi lõpp"
        assert translation.pgettext("A tag slug", "slug") == "aadressi lõpp"
        assert translation.pgettext("field label", "Login") == "Kasutajanimi"
        assert translation.gettext("Login") == "Logi sisse"
        assert translation.gettext("Enter a valid date.").startswith("Kirjuta kuupäev kujul")
        one = translation.ngettext("Used %(usage_count)s time", "Used %(usage_count)s times", 1)
        many = translation.ngettext("Used %(usage_count)s time", "Used %(usage_count)s times", 3)
    assert one == "Kasutatud %(usage_count)s kord"
    assert many == "Kasutatud %(usage_count)s korda"


def test_plurals_are_counted_alike_everywhere() -> None:
    """One rule of counting: a catalogue with another rule would be kept apart and looked up first."""
    estonian = DjangoTranslation("et")
    assert [estonian.plural(n) for n in (0, 1, 2, 21)] == [1, 0, 1, 1]


@pytest.mark.parametrize("form", LABELS)
def test_link_forms_have_no_field_named_by_its_code(form: type[forms.BaseForm]) -> None:
    importlib.import_module("metoodik.handbook.wagtail_hooks")
    assert [name for name, field in form.base_fields.items() if not isinstance(field.label, Promise)] == []


def test_the_desks_scripts_speak_estonian(rf: RequestFactory) -> None:
    with translation.override("et"):
        answer = JSONCatalog.as_view(packages=["wagtail.admin"])(rf.get("/"))
    words = json.loads(answer.content)["catalog"]
    assert words["Page explorer"] == "Sisupuu"
    assert words["%(num)s error"] == ["%(num)s viga", "%(num)s viga"]
