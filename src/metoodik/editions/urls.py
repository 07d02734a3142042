"""Addresses of the handbook, its editions, search, and the overlay."""

from datetime import date

from django.urls import path, register_converter

from metoodik.editions.export.document import Format
from metoodik.editions.views import (
    export,
    facts,
    health,
    history,
    making,
    overlay,
    past,
    preview,
    printed,
    reading,
    requests,
    search,
)


class DayConverter:
    """A day as 2026-11-22."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return value if isinstance(value, str) else value.isoformat()


class LanguageConverter:
    """A language that guidance is written in."""

    regex = "et|ru|en"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FormatConverter:
    """What a document is written as."""

    regex = "pdf|docx|html"

    def to_python(self, value: str) -> Format:
        return Format(value)

    def to_url(self, value: Format | str) -> str:
        return Format(value).value


class ClockConverter:
    """A clock time in Tallinn as 14.05, with the offset where the clock shows it twice: 03.30+02."""

    regex = r"[0-2]\d\.[0-5]\d(?:\+0[23])?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ClockConverter, "clock")
register_converter(DayConverter, "day")
register_converter(FormatConverter, "format")
register_converter(LanguageConverter, "language")

app_name = "editions"
urlpatterns = [
    path("kasiraamat/", reading.contents, name="contents"),
    path("kasiraamat/numbrid/", facts.facts, name="facts"),
    path("kasiraamat/<language:locale>/<slug:slug>/", reading.page, name="page"),
    path("kasiraamat/<language:locale>/osa/<slug:slug>/", reading.section, name="section"),
    path("p/<uuid:key>/", reading.lasting, name="lasting"),
    path("p/<uuid:key>/ajalugu/", history.history, name="page-history"),
    path("p/<uuid:key>/<day:on>/", history.day, name="cited-day"),
    path("p/<uuid:key>/<day:on>/<clock:at>/", history.cited, name="cited"),
    path("p/<uuid:key>/<day:on>/<clock:at>/<slug:passage>/", history.cited, name="cited-passage"),
    path("p/<uuid:key>/<slug:passage>/ajalugu/", history.history, name="passage-history"),
    path("eelvaade/", preview.contents, name="preview-contents"),
    path("eelvaade/<language:locale>/<slug:slug>/", preview.page, name="preview-page"),
    path("eelvaade/<language:locale>/osa/<slug:slug>/", preview.section, name="preview-section"),
    path("otsi/", search.search, name="search"),
    path("valjaanded/", past.editions, name="list"),
    path("valjaanded/paev/<day:on>/", past.day, name="day"),
    path("valjaanded/vordle/<int:before>/<int:after>/", past.compared, name="compare"),
    path("valjaanded/koosta/", making.make, name="make"),
    path("valjaanded/koosta/<int:pk>/", making.attempt, name="attempt"),
    path("valjaanded/<int:number>/", reading.contents, name="old-contents"),
    path("valjaanded/<int:number>/otsi/", search.search, name="old-search"),
    path("valjaanded/<int:number>/<language:locale>/<slug:slug>/", reading.page, name="old-page"),
    path("valjaanded/<int:number>/<language:locale>/osa/<slug:slug>/", reading.section, name="old-section"),
    path("ohutus/", overlay.board, name="overlay"),
    path("ohutus/uus/", overlay.choose, name="overlay-choose"),
    path("ohutus/uus/<uuid:key>/", overlay.act, name="overlay-act"),
    path("ohutus/<int:pk>/tuhista/", overlay.lift, name="overlay-lift"),
    path("ohutus/teated.json", overlay.notices, name="notices"),
    path("laadi/<int:number>/", export.whole, name="export-edition"),
    path("laadi/<int:number>/<language:locale>/<slug:slug>/<format:kind>/", export.page, name="export-page"),
    path("laadi/<int:number>/<language:locale>/osa/<slug:slug>/<format:kind>/", export.section, name="export-section"),
    path("laadi/kaart/<int:number>/<language:locale>/<slug:slug>/", export.card, name="export-card"),
    path("laadi/kaart/<int:number>/<language:locale>/<slug:slug>/<str:passage>/", export.card, name="export-passage"),
    path("laadi/versioon/<int:pk>/<format:kind>/", export.version, name="export-version"),
    path("laadi/pakett/<int:pk>/<format:kind>/", export.package, name="export-package"),
    path("laadi/too/<int:pk>/", export.job, name="export-job"),
    path("laadi/too/<int:pk>/fail/", export.file, name="export-file"),
    path("trukised/", printed.register, name="printed"),
    path("trukised/csv/", printed.table, name="printed-csv"),
    path("trukised/uus/<int:number>/<language:locale>/<slug:slug>/", printed.new, name="printed-new"),
    path("trukised/<int:pk>/maha/", printed.end, name="printed-end"),
    path("teabenoue/", requests.answered, name="requests"),
    path("teabenoue/uus/", requests.answer, name="request-new"),
    path("seis/", health.health, name="health"),
    path("seis/csv/", health.table, name="health-csv"),
    path("seis/pdf/", health.pdf, name="health-pdf"),
    path("seis/<slug:measure>/", health.rows, name="health-rows"),
    path("seis/<slug:measure>/csv/", health.rows_csv, name="health-rows-csv"),
]
