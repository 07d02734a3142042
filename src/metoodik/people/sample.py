"""The invented people of `metoodik demo` and of stories in documentation. None of them exists."""

from __future__ import annotations

from django.db import transaction

from metoodik.people.actions import create_person
from metoodik.people.models import User
from metoodik.people.roles import (
    Administrator,
    Coach,
    Counsellor,
    Facilitator,
    LanguageReviewer,
    MethodsExpert,
    Role,
    ServiceOwner,
    TeamLead,
    Translator,
)

PEOPLE: dict[str, tuple[str, type[Role]]] = {
    "liis": ("Liis Tamm", Counsellor),
    "marko": ("Marko Saar", TeamLead),
    "kadri": ("Kadri Põld", Coach),
    "tiina": ("Tiina Kask", MethodsExpert),
    "rein": ("Rein Mets", ServiceOwner),
    "aino": ("Aino Lepik", Facilitator),
    "jelena": ("Jelena Ivanova", Translator),
    "olga": ("Olga Sild", LanguageReviewer),
    "peeter": ("Peeter Kuusk", Administrator),
}
"""First name in small letters (the e-mail's beginning) to full name and role."""


@transaction.atomic
def create_people(*, password: str) -> dict[str, User]:
    """Make the sample people who are not there yet, each with `password`. Returns them by their first names."""
    people = {}
    for key, (name, role) in PEOPLE.items():
        email = f"{key}@naidis.ee"
        found = User.objects.filter(email=email).first()
        people[key] = found or create_person(by=None, email=email, name=name, roles=[role], password=password)
    return people
