"""The sample people of every story, each with the role that they are known by."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from metoodik.people.groups import sync
from metoodik.people.models import RoleGrant, User
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

PASSWORD = "vihmane-rannatee-17"


def person(name: str, *roles: type[Role]) -> User:
    """A person with roles, made straight in the database; the first name is the e-mail's beginning."""
    user = User.objects.create_user(f"{name.split()[0].lower()}@naidis.ee", PASSWORD, name=name)
    for role in roles:
        RoleGrant.objects.create(user=user, role=role.key, since=timezone.now())
    sync(user)
    return user


@pytest.fixture
def make_person(db: None) -> Callable[..., User]:
    """Makes further people: `make_person("Mall Maasikas", Counsellor)`."""
    return person


@pytest.fixture
def liis(db: None) -> User:
    """Liis Tamm, counsellor."""
    return person("Liis Tamm", Counsellor)


@pytest.fixture
def marko(db: None) -> User:
    """Marko Saar, team lead."""
    return person("Marko Saar", TeamLead)


@pytest.fixture
def kadri(db: None) -> User:
    """Kadri Põld, coach."""
    return person("Kadri Põld", Coach)


@pytest.fixture
def tiina(db: None) -> User:
    """Tiina Kask, methods expert."""
    return person("Tiina Kask", MethodsExpert)


@pytest.fixture
def rein(db: None) -> User:
    """Rein Mets, service owner."""
    return person("Rein Mets", ServiceOwner)


@pytest.fixture
def aino(db: None) -> User:
    """Aino Lepik, facilitator."""
    return person("Aino Lepik", Facilitator)


@pytest.fixture
def jelena(db: None) -> User:
    """Jelena Ivanova, translator."""
    return person("Jelena Ivanova", Translator)


@pytest.fixture
def olga(db: None) -> User:
    """Olga Sild, language reviewer."""
    return person("Olga Sild", LanguageReviewer)


@pytest.fixture
def peeter(db: None) -> User:
    """Peeter Kuusk, administrator."""
    return person("Peeter Kuusk", Administrator)
