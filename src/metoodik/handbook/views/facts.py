"""The register of facts, as those who keep it see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from metoodik.handbook import facts
from metoodik.handbook.actions import facts as fact_actions
from metoodik.handbook.content import FactKind
from metoodik.handbook.fact_marks import mark
from metoodik.handbook.forms.facts import CheckForm, DeclineForm, DetailsForm, NewFactForm, ValueForm
from metoodik.handbook.lists import as_csv
from metoodik.handbook.models import Fact
from metoodik.handbook.validation import NotReady
from metoodik.handbook.views.common import A_PAGE, guidance_of
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web.tables import Column, Table, sort_key
from metoodik.web.templatetags.web import day, state

KEEPERS = (Permission.WRITE_GUIDANCE, Permission.APPROVE_GUIDANCE)


def columns() -> list[Column]:
    return [
        Column("name", _("Fact"), sortable=True),
        Column("kind", _("Kind"), sortable=True),
        Column("value", _("Value")),
        Column("due", _("Check by"), sortable=True),
        Column("state", _("State")),
    ]


@require_GET
@require(None)
def register(request: HttpRequest) -> HttpResponse:
    """All facts, narrowed and sorted as asked."""
    _keeper(request)
    found, kept = _chosen(request)
    heads = columns()
    found = _sorted(found, sort_key(request, heads, "name"))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("leht"))
    table = Table(
        caption=pgettext("register", "Facts"),
        columns=heads,
        rows=[_row(each) for each in page],
        sort=sort_key(request, heads, "name"),
        path=request.path,
        export_url=reverse("handbook:facts-csv"),
        nothing=_("Nothing here. Choose another view, or add the first fact."),
    )
    context = {
        "table": table,
        "page_obj": page,
        "kept": kept,
        "chosen": request.GET,
        "kinds": Fact._meta.get_field("kind").choices,
        "may_write": get_user(request).can(Permission.WRITE_GUIDANCE),
    }
    return render(request, "handbook/facts.html", context)


@require_GET
@require(None)
def register_csv(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file."""
    _keeper(request)
    found, _kept = _chosen(request)
    header = [_("Key"), _("Name"), _("Kind"), _("Value"), _("Checked on"), _("Check by"), _("Source"), _("Keeper")]
    rows = ([str(cell) for cell in _csv_row(each)] for each in found)
    return as_csv("faktid", header, rows)


@require(Permission.WRITE_GUIDANCE)
def new_fact(request: HttpRequest) -> HttpResponse:
    """Put a fact into the register."""
    form = NewFactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        same = fact_actions.duplicates(None, FactKind(said["kind"]), said["value_et"])
        if same and "anyway" not in request.POST:
            return render(request, "handbook/fact_new.html", {"form": form, "same": same}, status=422)
        made = _tried(
            form,
            lambda: fact_actions.add_fact(
                by=get_user(request),
                key=said["key"],
                kind=FactKind(said["kind"]),
                details=form.details,
                values=form.values,
                source=said["source"],
                checked_on=said["checked_on"],
            ),
        )
        if made is not None:
            messages.success(request, _("The fact is in the register. A second person confirms its value."))
            return redirect(made)
    status = 422 if form.is_bound else 200
    return render(request, "handbook/fact_new.html", {"form": form}, status=status)


@require_GET
@require(None)
def fact(request: HttpRequest, key: str) -> HttpResponse:
    """One fact: what it says, who answers for it, where it stands, what it has been."""
    return _show(request, _fact(request, key))


@require_POST
@require(Permission.WRITE_GUIDANCE)
def set_value(request: HttpRequest, key: str) -> HttpResponse:
    """Say what the fact is now."""
    found = _fact(request, key)
    form = ValueForm(request.POST, kind=FactKind(found.kind))
    if form.is_valid():
        said = form.cleaned_data
        made = _tried(
            form,
            lambda: fact_actions.set_value(
                by=get_user(request),
                fact=found,
                values=form.values,
                source=said["source"],
                checked_on=said["checked_on"],
            ),
        )
        if made is not None:
            for other in fact_actions.duplicates(found, FactKind(found.kind), made.value_et):
                messages.warning(request, _("The fact “%s” says the same. Is one of them needless?") % other.name_et)
            messages.success(request, _("The new value waits for a second person."))
            return redirect(found)
    return _show(request, found, value_form=form)


@require_POST
@require(Permission.WRITE_GUIDANCE)
def still_right(request: HttpRequest, key: str) -> HttpResponse:
    """The value was looked at and is still right."""
    found = _fact(request, key)
    form = CheckForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        done = _tried(
            form,
            lambda: fact_actions.note_still_right(
                by=get_user(request), fact=found, source=said["source"], on=said["on"]
            ),
        )
        if done is not None:
            messages.success(request, _("Noted: still right."))
            return redirect(found)
    return _show(request, found, check_form=form)


@require_POST
@require(Permission.WRITE_GUIDANCE)
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Change names and keeping."""
    found = _fact(request, key)
    form = DetailsForm(request.POST)
    if form.is_valid():
        done = _tried(form, lambda: fact_actions.change_fact(by=get_user(request), fact=found, details=form.details))
        if done is not None:
            messages.success(request, _("Changed."))
            return redirect(found)
    return _show(request, found, details_form=form)


@require_POST
@require(Permission.APPROVE_GUIDANCE)
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Let the value that waits into the next edition."""
    found = _fact(request, key)
    _on_waiting(request, found, lambda version: fact_actions.confirm_value(by=get_user(request), version=version))
    return redirect(found)


@require_POST
@require(Permission.APPROVE_GUIDANCE)
def decline(request: HttpRequest, key: str) -> HttpResponse:
    """Say that the value that waits is not right."""
    found = _fact(request, key)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _show(request, found, decline_form=form)
    answer = form.cleaned_data["answer"]
    _on_waiting(
        request, found, lambda version: fact_actions.decline_value(by=get_user(request), version=version, answer=answer)
    )
    return redirect(found)


@require_POST
@require(Permission.WRITE_GUIDANCE)
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """Take the fact out of use; one that was never confirmed is deleted."""
    found = _fact(request, key)
    act = fact_actions.retire_fact if found.value else fact_actions.delete_fact
    try:
        act(by=get_user(request), fact=found)
    except NotReady as refused:
        messages.error(request, " ".join(str(each) for each in refused.findings))
        return redirect(found)
    messages.success(request, _("“%s” is out of use.") % found.name_et)
    return redirect("handbook:facts")


@require_GET
@require(Permission.WRITE_GUIDANCE)
def choices(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - a view's signature
    """Facts for the picker at the writing desk."""
    language = translation.get_language() or "et"
    standing = Fact.objects.standing().with_values()
    rows = [(each, each.value or each.proposed) for each in standing]
    said = [
        {
            "key": each.key,
            "name": each.name(language),
            "value": version.value("et"),
            "kind": each.get_kind_display(),
            "confirmed": version is each.value,
        }
        for each, version in rows
        if version is not None
    ]
    words = {
        "button": pgettext("editor", "Fact"),
        "title": _("Put a fact into the text"),
        "search": _("Search by name or number"),
        "found": _("Found:"),
        "nothing": _("No such fact. Add it to the register first."),
        "unconfirmed": _("not confirmed yet"),
        "unknown": _("no such fact"),
        "close": _("Close"),
    }
    return JsonResponse({"facts": said, "words": words}, headers={"Cache-Control": "no-store"})


@require_POST
@require(Permission.WRITE_GUIDANCE)
def replace_typed(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Put facts in place of numbers typed in a draft."""
    draft = guidance_of(page_pk)
    count = fact_actions.replace_typed(page=draft, by=get_user(request), keys=request.POST.getlist("fact"))
    if count:
        messages.success(request, _("Facts now stand in place of typed numbers. The draft is saved."))
    return redirect("handbook:submit", page_pk)


def _show(request: HttpRequest, found: Fact, **forms: Form) -> HttpResponse:
    user = get_user(request)
    version = found.value
    waiting = found.proposed
    shown = version or waiting
    values = {f"value_{each}": getattr(shown, f"value_{each}") for each in ("et", "ru", "en")} if shown else {}
    details = {name: getattr(found, name) for name in DetailsForm.NAMES}
    may_write = user.can(Permission.WRITE_GUIDANCE) and found.retired_at is None
    context: dict[str, Any] = {
        "fact": found,
        "mark": mark(found.key),
        "version": version,
        "waiting": waiting,
        "history": found.versions.all(),
        "checks": version.checks.select_related("by") if version else [],
        "uses": [each for each in facts.where_used(found.key) if each.is_for(user)],
        "may_write": may_write,
        "may_confirm": waiting is not None and waiting.may_be_confirmed_by(user),
        "value_form": ValueForm(initial=values, kind=FactKind(found.kind)),
        "check_form": CheckForm(),
        "details_form": DetailsForm(initial=details),
        "decline_form": DeclineForm(),
        "open": next(iter(forms), ""),
    }
    return render(request, "handbook/fact.html", context | forms, status=422 if forms else 200)


def _keeper(request: HttpRequest) -> User:
    user = get_user(request)
    if not any(user.can(each) for each in KEEPERS):
        raise PermissionDenied
    return user


def _fact(request: HttpRequest, key: str) -> Fact:
    _keeper(request)
    found = Fact.objects.with_values().filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _tried[Made](form: Form, act: Callable[[], Made]) -> Made | None:
    """What the action made, or None with its refusal said on the form."""
    try:
        return act()
    except ValidationError as error:
        known = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, sentences in known.items():
            form.add_error(name if name in form.fields else None, sentences)
    except NotReady as refused:
        form.add_error(None, [str(each) for each in refused.findings])
    return None


def _on_waiting(request: HttpRequest, found: Fact, act: Callable[[Any], object]) -> None:
    if found.proposed is None:
        messages.error(request, _("No value waits for confirmation any more."))
        return
    try:
        act(found.proposed)
    except NotReady as refused:
        messages.error(request, " ".join(str(each) for each in refused.findings))
    else:
        messages.success(request, _("Decided."))


def _chosen(request: HttpRequest) -> tuple[list[Fact], str]:
    """The facts that the address asks for, and the part of it that pages keep."""
    wanted, kind = request.GET.get("seis", ""), request.GET.get("liik", "")
    every = Fact.objects.with_values()
    every = every.filter(retired_at__isnull=False) if wanted == "kasutuseta" else every.standing()
    found = [each for each in every if not kind or each.kind == kind]
    if wanted == "kontroll":
        found = [each for each in found if each.is_due()]
    elif wanted == "ootab":
        found = [each for each in found if each.proposed]
    elif wanted == "kusagil":
        used = facts.used_keys()
        found = [each for each in found if each.key not in used]
    return found, f"seis={wanted}&liik={kind}"


def _sorted(found: list[Fact], by: str) -> list[Fact]:
    def place(each: Fact) -> tuple[str, str]:
        due = each.check_due.isoformat() if each.check_due else ""
        said = {"name": "", "kind": each.get_kind_display(), "due": due}
        return said.get(by.removeprefix("-"), ""), each.name_et.casefold()

    return sorted(found, key=place, reverse=by.startswith("-"))


def _row(each: Fact) -> list[Any]:
    version = each.value or each.proposed
    due = each.check_due
    return [
        format_html('<a href="{}">{}</a>', each.get_absolute_url(), each.name(translation.get_language() or "et")),
        each.get_kind_display(),
        version.value("et") if version else "",
        day(due) if due else "",
        _state(each),
    ]


def _state(each: Fact) -> Any:
    if each.retired_at:
        return state("withdrawn", pgettext("fact", "out of use"))
    if each.proposed:
        return state("waiting", pgettext("fact", "waits for confirmation"))
    if each.is_due():
        return state("due", pgettext("fact", "check is due"))
    return state("current", pgettext("fact", "confirmed"))


def _csv_row(each: Fact) -> list[Any]:
    version = each.value or each.proposed
    if version is None:
        return [each.key, each.name_et, each.get_kind_display(), "", "", "", "", each.keeper.name]
    due = each.check_due.isoformat() if each.check_due else ""
    said = [version.value_et, version.checked_on.isoformat(), due, version.source]
    return [each.key, each.name_et, each.get_kind_display(), *said, each.keeper.name]
