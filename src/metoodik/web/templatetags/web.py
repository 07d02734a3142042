"""The components as template tags. They are built in: no template needs `{% load %}` for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django import template
from django.forms import BaseForm, BaseFormSet
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from metoodik.web import assets, dates, icons, slots
from metoodik.web.states import STATES

register = template.Library()

LANGUAGE_NAMES = {
    "et": gettext_lazy("Estonian"),
    "ru": gettext_lazy("Russian"),
    "en": gettext_lazy("English"),
}
BUTTON_KINDS = frozenset({"primary", "plain", "quiet", "danger"})


class PhraseLike(Protocol):
    """Words to say in three languages, as `handbook.content.Phrase` holds them."""

    et: str
    ru: str
    en: str

    def state(self, language: str) -> str: ...


# --- The page -------------------------------------------------------------------------------------------------------


@register.simple_tag
def stylesheet_url() -> str:
    """The address of the joined style sheet."""
    return reverse("web:stylesheet", args=[assets.stylesheet().digest])


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line drawing from `web.icons`, silent for screen readers."""
    return icons.draw(name)


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, obj: Any = None) -> SafeString:
    """What higher rooms put in the place called `name`."""
    request = context.get("request")
    return slots.fill(name, request, obj) if request is not None else mark_safe("")


@register.inclusion_tag("web/parts/print_header.html", takes_context=True)
def print_header(
    context: Context, title: str = "", edition: str = "", when: date | None = None, address: str = ""
) -> dict[str, Any]:
    """The head of the paper: title, edition, date and address. Seen in print only."""
    page = context.get("page")
    return {
        "title": title,
        "edition": edition,
        "when": when or timezone.localdate(),
        "address": address or (page.address if page is not None else ""),
    }


# --- Buttons and links ----------------------------------------------------------------------------------------------


@register.simple_tag
def button(
    label: str, kind: str = "primary", name: str = "", value: str = "", type: str = "submit", icon: str = ""
) -> SafeString:
    """A button. `kind` is primary (one a screen), plain, quiet or danger (112 and unsafe alone)."""
    named = format_html(' name="{}" value="{}"', name, value) if name else ""
    return format_html(
        '<button class="button" data-kind="{}" type="{}"{}>{}{}</button>',
        _kind(kind),
        type,
        named,
        icons.draw(icon) if icon else "",
        label,
    )


@register.simple_tag
def link_button(label: str, url: str, kind: str = "plain", icon: str = "") -> SafeString:
    """A link that looks like a button: it leads somewhere and changes nothing."""
    return format_html(
        '<a class="button" data-kind="{}" href="{}">{}{}</a>',
        _kind(kind),
        url,
        icons.draw(icon) if icon else "",
        label,
    )


def _kind(kind: str) -> str:
    if kind not in BUTTON_KINDS:
        raise template.TemplateSyntaxError(f"A button is one of {sorted(BUTTON_KINDS)}, not {kind!r}")
    return kind


# --- Forms ----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("web/parts/error_summary.html")
def error_summary(form: BaseForm | BaseFormSet[Any] | None) -> dict[str, Any]:
    """Everything that keeps a form from being saved, each a link to its field. Empty for a form without errors."""
    if form is None or not form.is_bound:
        return {"general": [], "fields": []}
    if isinstance(form, BaseFormSet):
        bound = [field for each in form.forms for field in each if field.errors]
        general = [*form.non_form_errors(), *(text for each in form.forms for text in each.non_field_errors())]
    else:
        bound = [field for field in form if field.errors]
        general = list(form.non_field_errors())
    return {"general": general, "fields": [(field, field.errors[0]) for field in bound]}


@register.inclusion_tag("web/parts/choices.html")
def choices(legend: str, name: str, options: Iterable[Any], kind: str = "submit", hint: str = "") -> dict[str, Any]:
    """Choice cards with number keys 1–9.

    `options` are (value, label) or (value, label, hint). With kind "submit" a card is a button that answers at once;
    with "radio" it is a radio button of the form around it.
    """
    cards = [
        {"value": each[0], "label": each[1], "hint": each[2] if len(each) > 2 else "", "number": number}
        for number, each in enumerate(options, start=1)
    ]
    return {"legend": legend, "name": name, "cards": cards, "kind": kind, "hint": hint}


# --- Boxes ----------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def card(content: str, title: str = "", url: str = "", tone: str = "plain") -> SafeString:
    """A bounded piece of content with a heading; the heading is a link when `url` is given."""
    return _render("card", {"content": content, "title": title, "url": url, "tone": tone})


@register.simple_block_tag
def notice(content: str, tone: str = "plain", title: str = "", role: str = "") -> SafeString:
    """A message in the page. `tone`: plain, done, due or unsafe. `role="status"` or "alert" when it comes later."""
    shape = {"plain": "info", "done": "check", "due": "clock", "unsafe": "warning"}[tone]
    return _render("notice", {"content": content, "tone": tone, "title": title, "role": role, "shape": shape})


@register.simple_block_tag
def warning(content: str, title: str = "") -> SafeString:
    """What must not be done or overlooked."""
    return _render("warning", {"content": content, "title": title})


@register.simple_block_tag
def empty(content: str, title: str) -> SafeString:
    """A page or list with nothing yet: says what will be here; the content offers the first step."""
    return _render("empty", {"content": content, "title": title})


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:
    """A dialog, opened by any button with `data-open="<id>"`. Without scripts it stands open in the page."""
    return _render("dialog", {"content": content, "id": id, "title": title})


@register.simple_block_tag
def passage(content: str, heading: str, key: str, level: int = 2, url: str = "") -> SafeString:
    """A heading with its body and a link to copy. `key` becomes the anchor `#p-<key>`; `url` is the page's address."""
    return _render("passage", {"content": content, "heading": heading, "key": key, "level": level, "url": url})


def _render(name: str, context: dict[str, Any]) -> SafeString:
    return render_to_string(f"web/parts/{name}.html", context)


# --- Guidance -------------------------------------------------------------------------------------------------------


@register.inclusion_tag("web/parts/phrase.html")
def phrase(words: PhraseLike, first: str = "et") -> dict[str, Any]:
    """Words to say in three languages side by side; a missing or stale one says so, the Estonian stands beside it.

    `first` is the language to show before the others.
    """
    languages = sorted(LANGUAGE_NAMES, key=lambda code: code != first)
    rows = [
        {
            "code": code,
            "language": LANGUAGE_NAMES[code],
            "words": getattr(words, code),
            "state": words.state(code),
        }
        for code in languages
    ]
    return {"rows": rows}


@register.simple_tag
def steps(items: Iterable[str], start: int = 1) -> SafeString:
    """Numbered steps. Items that are not marked safe are escaped."""
    body = format_html_join("", "<li>{}</li>", ((item,) for item in items))
    begin = format_html(' start="{}" data-start="{}"', start, start) if start != 1 else ""
    return format_html('<ol class="steps"{}>{}</ol>', begin, body)


@register.simple_tag
def checklist(items: Iterable[str]) -> SafeString:
    """Things to have done or noticed, in any order. On paper each has a box to tick."""
    body = format_html_join(
        "", '<li><span class="box" aria-hidden="true"></span><span>{}</span></li>', ((i,) for i in items)
    )
    return format_html('<ul class="checklist">{}</ul>', body)


@register.inclusion_tag("web/parts/contact.html")
def contact(name: str, phone: str = "", hours: str = "", note: str = "") -> dict[str, Any]:
    """Whom to reach: name, telephone as a link, hours, what for."""
    dial = "".join(char for char in phone if char.isdigit() or char == "+")
    return {"name": name, "phone": phone, "dial": dial, "hours": hours, "note": note, "urgent": dial == "112"}


@register.simple_tag
def state(key: str, word: str = "") -> SafeString:
    """A state as a word and a shape, from `web.states`; `word` says it otherwise. Raises KeyError when unknown."""
    known = STATES[key]
    return format_html(
        '<span class="state" data-state="{}" data-tone="{}">{}{}</span>',
        key,
        known.tone,
        icons.draw(known.shape),
        word or known.word,
    )


# --- Lists ----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("web/parts/table.html")
def table(table: Any) -> dict[str, Any]:
    """A `web.tables.Table`: caption, sort links, optional filter and export; cards on a phone."""
    return {"table": table}


@register.inclusion_tag("web/parts/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """What happened, newest as given. Each event has `when`, `title`, and may have `who`, `text`, `url`, `state`."""
    return {"events": events}


@register.inclusion_tag("web/parts/difference.html")
def difference(changes: Iterable[Any]) -> dict[str, Any]:
    """A list of `web.difference.Change`: what was added, removed or reworded, said in words too."""
    return {"changes": list(changes)}


@register.inclusion_tag("web/parts/progress.html")
def progress(url: str, label: str, value: int | None = None, most: int = 100, done: bool = False) -> dict[str, Any]:
    """Honest progress: asks `url` every two seconds for its own next state until `done`. None means "not known"."""
    return {"url": url, "label": label, "value": value, "most": most, "done": done}


@register.inclusion_tag("web/parts/tabs.html")
def tabs(label: str, items: Iterable[tuple[str, str, bool]]) -> dict[str, Any]:
    """Views of one thing as links: (label, url, is current)."""
    return {"label": label, "items": items}


@register.inclusion_tag("web/parts/pagination.html")
def pagination(page_obj: Any, parameter: str = "leht", kept: str = "") -> dict[str, Any]:
    """Previous and next with the place between. Silent when there is one page.

    `kept` is the rest of the query that both links keep, encoded.
    """
    return {"page_obj": page_obj, "parameter": parameter, "kept": f"{kept}&" if kept else ""}


@register.inclusion_tag("web/parts/search_box.html")
def search_box(
    action: str,
    results_id: str = "results",
    autofocus: bool = False,
    label: str = "",
    live: str = "",
    size: str = "top",
) -> dict[str, Any]:
    """The search form: POST to `action`; `live` is the address that gives the results list while typing.

    The list appears in the element `results_id` that stands inside. The words never reach an address.
    """
    return {
        "action": action,
        "results_id": results_id,
        "autofocus": autofocus,
        "label": label or _("Search the handbook"),
        "live": live,
        "size": size,
    }


@register.inclusion_tag("web/parts/results.html")
def results(found: Iterable[Any], words: str = "") -> dict[str, Any]:
    """Search results: each has `url`, `title`, and may have `place`, `excerpt` (safe HTML with mark), `state`."""
    return {"results": list(found), "words": words}


# --- Filters --------------------------------------------------------------------------------------------------------


@register.filter(expects_localtime=True)
def day(value: date | datetime | None) -> str:
    """22.11.2026 in every language."""
    return "" if value is None else formats.date_format(value, "d.m.Y")


@register.filter(expects_localtime=True)
def moment(value: datetime | None) -> str:
    """22.11.2026 kell 14.05, as the language writes it."""
    if value is None:
        return ""
    return pgettext("moment", "%(day)s at %(time)s") % {
        "day": formats.date_format(value, "d.m.Y"),
        "time": formats.time_format(value, "TIME_FORMAT"),
    }


@register.filter(expects_localtime=True)
def distance(value: date | datetime | None) -> str:
    """ "tomorrow", "in 3 days", "2 days ago"."""
    return "" if value is None else dates.distance(value)


@register.filter(expects_localtime=True)
def deadline(value: date | datetime | None) -> SafeString | str:
    """A date and its plain distance: "22.11.2026, tomorrow"."""
    if value is None:
        return ""
    return format_html(
        '<time datetime="{}">{}, {}</time>', dates.as_day(value).isoformat(), day(value), dates.distance(value)
    )


@register.filter(expects_localtime=True)
def longday(value: date | datetime | None) -> str:
    """pühapäev, 22. november 2026: the day in words."""
    return "" if value is None else formats.date_format(value, pgettext("date format", "l, j F Y"))


@register.filter
def number(value: int | float | Decimal | None) -> str:
    """12 500 with a thin space, 3,5 with a comma."""
    return "" if value is None else formats.number_format(value, use_l10n=True, force_grouping=True)


@register.filter
def language_word(code: str) -> str:
    """A language code as a word; the code itself when unknown."""
    return str(LANGUAGE_NAMES.get(code, code))


@register.filter
def anchor(text: str) -> str:
    """Words as an anchor for a table of contents."""
    return slugify(text)


@register.filter
def get(mapping: Mapping[str, Any], key: str) -> Any:
    """The value under `key`, or an empty string."""
    return mapping.get(key, "")


@register.simple_tag
def joined(items: Iterable[Any]) -> SafeString:
    """Items in one line, separated by a middle dot; empty ones are left out."""
    parts = [conditional_escape(item) for item in items if item]
    return mark_safe(" · ".join(parts))  # noqa: S308
