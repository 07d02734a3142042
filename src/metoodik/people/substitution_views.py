"""Pages on which a substitute is named and a substitution ended."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from metoodik.people.access import get_user, require
from metoodik.people.forms import add_refusal
from metoodik.people.models import Substitution, User
from metoodik.people.permissions import Permission
from metoodik.people.roles import NEVER_SUBSTITUTED, ROLES
from metoodik.people.substitution import end_substitution, give_substitution, substitutable_roles
from metoodik.people.substitution_forms import SubstitutionForm


@require(None)
def own(request: HttpRequest) -> HttpResponse:
    """One's own substitutes, and whom one stands in for."""
    user = get_user(request)
    return _substitutions(request, user, user)


@require(Permission.MANAGE_PEOPLE)
def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for somebody else, by who manages people."""
    return _substitutions(request, get_object_or_404(User, pk=pk, is_active=True), get_user(request))


@require(None)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a substitution early: by either person or by who manages people; nobody else learns that it exists."""
    user = get_user(request)
    found = get_object_or_404(Substitution, pk=pk)
    try:
        end_substitution(substitution=found, by=user)
    except PermissionDenied:
        raise Http404 from None
    messages.success(request, _("The substitution has ended."))
    if user.pk in {found.absent_id, found.substitute_id}:
        return redirect("people:substitution")
    return redirect("people:substitution-of", found.absent_id)


def _substitutions(request: HttpRequest, absent: User, user: User) -> HttpResponse:
    form = SubstitutionForm(request.POST or None, absent=absent, by=user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            given = give_substitution(
                absent=absent,
                substitute=data["substitute"],
                role=ROLES[data["role"]],
                first=data["first"],
                last=data["last"],
                by=user,
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(
                request,
                _("%(substitute)s stands in for %(absent)s.")
                % {"substitute": given.substitute.name, "absent": absent.name},
            )
            return redirect(request.path)
    known = Substitution.objects.to_come_or_in_force().filter(Q(absent=absent) | Q(substitute=absent))
    context = {
        "person": absent,
        "own": absent.pk == user.pk,
        "form": form if substitutable_roles(absent) else None,
        "known": known.select_related("absent", "substitute", "given_by"),
        "never": sorted(str(each.label) for each in NEVER_SUBSTITUTED),
    }
    return render(
        request, "people/substitution.html", context, status=422 if request.method == "POST" and form.errors else 200
    )
