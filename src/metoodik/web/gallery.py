"""Samples for the gallery at `/ui/`: real Estonian of our own, people invented. Development only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe

from metoodik.web.difference import Change, change
from metoodik.web.forms import ChoiceCards, DayInput
from metoodik.web.states import STATES
from metoodik.web.tables import Column, Table, sort_key

SECTIONS = (
    ("button", "Nupp ja link"),
    ("field", "Väli vihje ja veaga"),
    ("choices", "Valikukaardid"),
    ("search", "Otsing"),
    ("notice", "Teade"),
    ("card", "Kaart"),
    ("state", "Seisundisõna"),
    ("passage", "Lõik"),
    ("phrase", "Ütlus kolmes keeles"),
    ("steps", "Sammud ja kontroll-loend"),
    ("table", "Tabel"),
    ("tabs", "Vaated ja leheküljed"),
    ("timeline", "Ajajoon"),
    ("difference", "Erinevus"),
    ("progress", "Edenemine"),
    ("dialog", "Dialoog"),
    ("empty", "Tühi leht"),
    ("print", "Trükipäis"),
)


@dataclass(frozen=True)
class SamplePhrase:
    """A phrase as the handbook holds it, with its states said outright."""

    et: str
    ru: str = ""
    en: str = ""
    ru_state: str = "current"
    en_state: str = "current"

    def state(self, language: str) -> str:
        """The state of one language."""
        return {"et": "current", "ru": self.ru_state, "en": self.en_state}[language]


@dataclass(frozen=True)
class SampleResult:
    """One result of a search."""

    url: str
    title: str
    place: str
    excerpt: str
    state: str = ""


@dataclass(frozen=True)
class SampleEvent:
    """One event of a timeline."""

    when: datetime
    title: str
    who: str = ""
    text: str = ""
    state: str = ""


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label="Pealkiri", help_text="Lühike ja äratuntav, näiteks „Kõne lõpetamine“.", max_length=80
    )
    summary = forms.CharField(label="Kokkuvõte", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    section = forms.ChoiceField(
        label="Osa", choices=[("", "Vali osa"), ("kone", "Kõne alused"), ("ohutus", "Ohutus ja risk")]
    )
    since = forms.DateField(label="Kehtib alates", widget=DayInput, required=False)
    risk = forms.ChoiceField(
        label="Mis juhtub, kui siin on viga",
        choices=[("tavaline", "Tavaline"), ("kõrgem", "Kõrgem"), ("ohutus", "Ohutus")],
        widget=ChoiceCards(
            hints={
                "tavaline": "Viga on tüütu, aga kedagi ei kahjusta.",
                "kõrgem": "Viga võib pöörduja valesse kohta suunata.",
                "ohutus": "Vale sõna võib maksta elu. Vaja on ka nõustaja ülevaatust.",
            }
        ),
    )
    audience = forms.MultipleChoiceField(
        label="Kellele",
        choices=[("nõustajad", "Nõustajad"), ("grupijuhid", "Grupijuhid"), ("kõik", "Kõik töötajad")],
        widget=forms.CheckboxSelectMultiple,
    )
    file = forms.FileField(label="Fail", help_text="Word, ODT, HTML või tekst, kuni 20 MB.", required=False)
    sure = forms.BooleanField(label="Olen teksti läbi lugenud")


PHRASES = {
    "full": SamplePhrase(
        "Küsin nüüd otse: kas sa mõtled enese tapmisele?",
        "Я спрошу прямо: ты думаешь о том, чтобы покончить с собой?",
        "I am going to ask you straight: are you thinking about killing yourself?",
    ),
    "partial": SamplePhrase(
        "Ma olen siin ja kuulan. Me ei pea kiirustama.",
        "Я здесь и слушаю вас.",
        ru_state="stale",
        en_state="missing",
    ),
}

RESULTS = [
    SampleResult(
        "#",
        "Küsi enesetapumõtete kohta otse",
        "Ohutus ja risk · Enesetapurisk",
        mark_safe("Otse küsimine ei anna inimesele <mark>enesetapu</mark> mõtet. Ta tunneb, et temast ei ehmatata."),
    ),
    SampleResult(
        "#",
        "Kui inimene on juba ennast vigastanud",
        "Ohutus ja risk · Enesetapurisk",
        mark_safe("Kutsu 112 kohe ja jää liinile, kuni abi on kohal."),
        "warned",
    ),
    SampleResult("#", "Turvaplaan koos helistajaga", "Ohutus ja risk · Enesetapurisk", ""),
]

COLUMNS = (
    Column("leht", "Leht", sortable=True),
    Column("seisund", "Seisund"),
    Column("vastutaja", "Vastutaja", sortable=True),
    Column("tahtaeg", "Ülevaatamise tähtaeg", sortable=True),
    Column("loetud", "Lugenud", numeric=True, sortable=True),
)


def table(request: HttpRequest) -> Table:
    """Pages with states and dates, sorted as the address asks."""
    from metoodik.web.templatetags.web import state

    rows = [
        ("Enesetapurisk", "in-force", "Tiina Kask", "14.03.2027", 41),
        ("Kõne avamine", "in-force", "Tiina Kask", "22.11.2026", 44),
        ("Lähisuhtevägivald", "clearance", "Kadri Põld", "01.12.2026", 38),
        ("Veebivestlus", "overdue", "Marko Saar", "30.10.2026", 12),
    ]
    asked = sort_key(request, COLUMNS, "leht")
    order = [column.key for column in COLUMNS].index(asked.removeprefix("-"))
    rows.sort(key=lambda row: str(row[order]), reverse=asked.startswith("-"))
    return Table(
        caption="Käsiraamatu lehed",
        columns=COLUMNS,
        rows=[(title, state(key), owner, due, read) for title, key, owner, due, read in rows],
        sort=asked,
        path="/ui/",
        export_url="#",
        filterable=True,
    )


def events() -> list[SampleEvent]:
    """The life of a page, the newest first."""
    now = timezone.now()
    return [
        SampleEvent(
            now - timedelta(hours=2), "Kinnitatud", "Rein Mets", "Väljaanne 14 jõustub homme kell 8.00.", "approved"
        ),
        SampleEvent(now - timedelta(days=1), "Nõustaja ülevaatus tehtud", "Liis Tamm", "Ütlused on loomulikud."),
        SampleEvent(now - timedelta(days=3), "Saadetud kooskõlastusele", "Tiina Kask"),
    ]


def changes() -> list[Change]:
    """One change of each kind."""
    return [
        change(
            "Küsi, kas inimesel on abi vaja.",
            "Küsi otse, kas inimene on praegu ohus.",
            "Vahetu oht, samm 1",
        ),
        change("", "Jää liinile, kuni abi on kohal.", "Vahetu oht, samm 4"),
        change("Saada vajaduse korral kiri.", "", "Vahetu oht, samm 5"),
    ]


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """Each component with what its sample needs."""
    wrong = SampleForm({"title": "", "section": "", "risk": "tavaline"})
    wrong.is_valid()
    shared = {
        "form": wrong,
        "phrases": PHRASES,
        "results": RESULTS,
        "table": table(request),
        "events": events(),
        "changes": changes(),
        "states": list(STATES),
        "answers": [
            ("jah", "Jah, oht on praegu", "Helista 112, jää liinile."),
            ("ei", "Ei, oht on möödas"),
            ("tea", "Ei tea"),
        ],
        "steps": ["Küsi, kus inimene on ja kas ta saab rääkida.", "Kutsu 112.", "Jää liinile, kuni abi on kohal."],
        "checks": ["Helistaja teab, kes sa oled.", "Tead, kas keegi on ohus.", "Järgmine samm on kokku lepitud."],
        "views": [("Kõik", "#koik", True), ("Minu", "#minu", False), ("Tähtaja ületanud", "#hilinenud", False)],
        "page_obj": Paginator(range(30), 10).page(2),
        "soon": timezone.localdate() + timedelta(days=1),
        "earlier": timezone.localdate() - timedelta(days=12),
    }
    return [
        {"key": key, "title": title, "template": f"web/gallery/{key}.html", "sample": shared} for key, title in SECTIONS
    ]


def example(request: HttpRequest, name: str) -> HttpResponse:
    """A whole page: article, form, signed-out page, desk, or card for paper."""
    names = {"leht", "vorm", "sisse", "laud", "kaart"}
    if name not in names:
        raise Http404
    form = SampleForm(request.POST) if request.method == "POST" else SampleForm()
    context = {"phrases": PHRASES, "form": form, "results": RESULTS, "today": timezone.localdate()}
    return render(request, f"web/gallery/page_{name}.html", context)
