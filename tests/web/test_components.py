"""Components as text: what they say, to whom, and that nothing slips through unescaped."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from metoodik.web.forms import ChoiceCards
from metoodik.web.gallery import PHRASES
from metoodik.web.states import STATES
from metoodik.web.tables import Column, Table, sort_key


@pytest.fixture(autouse=True)
def in_estonian() -> Any:
    with translation.override("et"):
        yield


def drawn(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


class Report(forms.Form):
    title = forms.CharField(label="Pealkiri", help_text="Lühike.")
    note = forms.CharField(label="Märkus", required=False)
    risk = forms.ChoiceField(label="Risk", choices=[("a", "Tavaline"), ("b", "Ohutus")], widget=ChoiceCards)


class TestForms:
    def test_a_field_is_tied_to_its_hint_and_its_error(self) -> None:
        html = drawn("{{ form.title.as_field_group }}", form=Report({"title": ""}))

        assert '<label for="id_title">Pealkiri' in html
        assert 'aria-describedby="id_title_helptext id_title_error"' in html
        assert 'id="id_title_helptext"' in html
        assert 'id="id_title_error"' in html
        assert 'aria-invalid="true"' in html
        assert "See väli tuleb täita." in html

    def test_what_may_stay_empty_says_so(self) -> None:
        html = drawn("{{ form }}", form=Report())

        assert html.count("(võib jääda tühjaks)") == 1

    def test_the_summary_leads_to_every_wrong_field(self) -> None:
        html = drawn("{% error_summary form %}", form=Report({}))

        assert 'href="#id_title"' in html
        assert 'role="alert"' in html

    def test_a_form_not_yet_sent_has_no_summary(self) -> None:
        assert drawn("{% error_summary form %}", form=Report()).strip() == ""

    def test_choice_cards_have_number_keys(self) -> None:
        html = drawn("{{ form.risk }}", form=Report())

        assert 'data-key="1"' in html
        assert 'data-key="2"' in html


class TestPhrase:
    def test_all_three_languages_stand_there_each_in_its_own_voice(self) -> None:
        html = drawn("{% phrase words %}", words=PHRASES["full"])

        assert html.index('lang="et"') < html.index('lang="ru"') < html.index('lang="en"')
        assert "aegunud" not in html

    def test_a_stale_or_missing_language_says_so_and_the_estonian_stands_by(self) -> None:
        html = drawn("{% phrase words %}", words=PHRASES["partial"])

        assert "aegunud" in html
        assert "puudub" in html
        assert "Ma olen siin ja kuulan" in html

    def test_a_caller_who_speaks_russian_is_answered_from_the_top(self) -> None:
        html = drawn('{% phrase words first="ru" %}', words=PHRASES["full"])

        assert html.index('lang="ru"') < html.index('lang="et"')


class TestText:
    def test_steps_escape_what_is_not_marked_safe(self) -> None:
        html = drawn("{% steps items %}", items=["<script>", mark_safe("Kutsu <b>112</b>.")])

        assert "&lt;script&gt;" in html
        assert "<b>112</b>" in html

    def test_a_contact_can_be_dialled(self) -> None:
        assert 'href="tel:116111"' in drawn('{% contact "Lasteabi" "116 111" %}')

    def test_112_alone_is_urgent(self) -> None:
        assert "data-urgent" in drawn('{% contact "Hädaabi" "112" %}')
        assert "data-urgent" not in drawn('{% contact "Kriisitelefon" "116 006" %}')

    @pytest.mark.parametrize("key", STATES)
    def test_every_state_is_a_word_and_a_shape(self, key: str) -> None:
        html = drawn("{% state key %}", key=key)

        assert "<svg" in html
        assert html.split("</svg>")[1].split("<")[0].strip()

    def test_a_passage_has_a_lasting_address(self) -> None:
        html = drawn('{% passage heading="Küsi otse" key="k1" url="/kasiraamat/x/" %}<p>Sisu</p>{% endpassage %}')

        assert 'id="p-k1"' in html
        assert 'href="/kasiraamat/x/#p-k1"' in html
        assert "Link lõigule „Küsi otse“" in html

    def test_a_button_of_an_unknown_kind_is_refused(self) -> None:
        with pytest.raises(Exception, match="A button is one of"):
            drawn('{% button "Kinnita" kind="rainbow" %}')


class TestTable:
    COLUMNS = (Column("name", "Nimi", sortable=True), Column("count", "Arv", numeric=True))

    def test_every_cell_knows_its_heading_for_the_phone(self) -> None:
        table = Table("Lehed", self.COLUMNS, [("Lein", 4)], sort="name", path="/x/")
        html = drawn("{% table table %}", table=table)

        assert 'data-label="Arv"' in html
        assert 'aria-sort="ascending"' in html
        assert 'href="/x/?jarjestus=-name"' in html

    def test_an_empty_table_says_what_will_be_here(self) -> None:
        html = drawn("{% table table %}", table=Table("Lehed", self.COLUMNS, [], nothing="Siia tulevad lehed."))

        assert "<table" not in html
        assert "Siia tulevad lehed." in html

    def test_sorting_by_what_is_no_column_falls_back(self) -> None:
        request = RequestFactory().get("/x/", {"jarjestus": "-password"})

        assert sort_key(request, self.COLUMNS, "name") == "name"


class TestSearch:
    def test_words_travel_in_the_body_alone(self) -> None:
        html = drawn('{% search_box action="/otsi/" live="/otsi/kohe/" %}')

        assert 'method="post"' in html
        assert 'hx-post="/otsi/kohe/"' in html
        assert 'autocomplete="off"' in html
        assert "hx-push-url" not in html

    def test_nothing_found_offers_a_way_on(self) -> None:
        assert "Proovi sõna lühemat algust" in drawn('{% results found words="xyz" %}', found=[])
