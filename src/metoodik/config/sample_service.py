"""An invented service for `metoodik demo`: its people, its handbook with a past, and work that waits on the desk.

Everything goes through the same actions as real work, only by a clock of its own, so that yesterday's handbook exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from metoodik.config import blank
from metoodik.config.checking import unapplied_migrations
from metoodik.editions.actions import make_edition
from metoodik.handbook import actions
from metoodik.handbook.actions.facts import confirm_value, set_value
from metoodik.handbook.actions.upkeep import set_interval
from metoodik.handbook.blocks import stream_data
from metoodik.handbook.content import Checklist, Passage, Steps
from metoodik.handbook.models import Fact, GuidancePage
from metoodik.handbook.models.versions import Change, Version
from metoodik.handbook.sample_load import load_sample
from metoodik.people import tasks as people_tasks
from metoodik.people.models import Notice, User
from metoodik.people.sample import create_people

BEGAN = timedelta(days=9)
"""How long ago the invented service took its handbook into use."""
REPLY_LENGTH, SILENCE, AFTER_CALL, SAFETY_PLAN = (
    "309904d2-eed0-56f5-a1db-8b4c52541c9d",
    "b2578870-d198-5ecf-b11d-6da6abad5298",
    "ed0e71c7-0f26-5864-b226-e5161c5ab15f",
    "b6cfad6c-0fa3-5edb-bbeb-c19c771f9647",
)
"""Lists on the sample pages that people here have changed since."""
CHECKED = timedelta(days=200)
"""How long ago somebody last looked at the number that waits to be checked today."""


def make(password: str) -> None:
    """Make the service in an empty data folder; everybody signs in with `password`."""
    database()
    with override("et"):
        with clock_at(_day(BEGAN, time(8, 30))):
            people = create_people(password=password)
        with clock_at(_day(BEGAN, time(9, 0))):
            load_sample(
                author=people["tiina"],
                counsellor=people["liis"],
                approver=people["rein"],
                language_reviewer=people["olga"],
            )
        with clock_at(_day(BEGAN, time(11, 0))):
            _let_days_come_round(people)
        with clock_at(_day(BEGAN, time(12, 0))):
            make_edition(by=people["tiina"], note="Käsiraamatu esimene väljaanne.")
        with clock_at(_day(timedelta(days=1), time(15, 0))):
            _revise_yesterday(people)
        _leave_work_for_today(people)
        _let_the_past_rest()


def _let_days_come_round(people: dict[str, User]) -> None:
    """A number to look at today, and a page that is reviewed every month."""
    number = Fact.objects.get(key="perearst")
    version = set_value(
        by=people["tiina"],
        fact=number,
        values={"et": "1220"},
        source="Tervisekassa koduleht",
        checked_on=timezone.localdate() - CHECKED,
    )
    confirm_value(by=people["rein"], version=version)
    monthly = Version.objects.get(title="Psühhosotsiaalse kriisiabi kutsumine")
    set_interval(by=people["tiina"], versions=[monthly.pk], months=1)


def _revise_yesterday(people: dict[str, User]) -> None:
    """Two pages change; the translations of one are older than it from then on."""
    version = _submit_with(
        "veebivestlus",
        REPLY_LENGTH,
        "Vasta keeles, milles inimene kirjutab: eesti, vene või inglise keeles.",
        why="Vestluses vastame keeles, milles inimene kirjutab.",
        by=people["tiina"],
    )
    actions.approve_version(version=version, by=people["rein"])
    silence = _submit_with(
        "vaikiv-kone",
        SILENCE,
        "Kui kuuled, et keegi nutab, ütle, et kuuled seda ja et nutta tohib.",
        why="Vaikiva kõne alguses ütleme, et kuuleme nuttu.",
        by=people["tiina"],
    )
    actions.approve_version(version=silence, by=people["rein"])
    make_edition(by=people["tiina"], note="Veebivestlus: vastame inimese keeles. Vaikiv kõne: kuuleme nuttu.")


def _leave_work_for_today(people: dict[str, User]) -> None:
    """An approved change that waits for an edition, and a safety page that waits for a counsellor."""
    approved = _submit_with(
        "enesehoid",
        AFTER_CALL,
        "Kui kõnes oli laps, räägi sellest kolleegiga juba samal päeval.",
        why="Pärast kõnet lapsega räägime kolleegiga samal päeval.",
        by=people["tiina"],
    )
    actions.approve_version(version=approved, by=people["rein"])
    _submit_with(
        "enesetapurisk",
        SAFETY_PLAN,
        "Leppige kokku, kes talle järgmisena helistab ja mis kell.",
        why="Turvaplaani lisandub, kes inimesele järgmisena helistab.",
        by=people["tiina"],
    )


def _let_the_past_rest() -> None:
    """No letters about what happened in an invented past, and no old notices that nobody has read."""
    DBTaskResult.objects.filter(task_path__startswith=f"{people_tasks.__name__}.").delete()
    Notice.objects.filter(at__lt=_day(timedelta(0), time.min)).update(read_at=F("at"))


def _submit_with(slug: str, block: str, item: str, *, why: str, by: User) -> Version:
    """Send to clearance the Estonian page with one more item in a list of steps or checks."""
    page = GuidancePage.objects.get(slug=slug, locale__language_code="et").get_latest_revision_as_object()
    written = page.to_content()
    page.body = stream_data(tuple(_with_item(each, block, item) for each in written.passages))
    actions.save_draft(page=page, by=by)
    return actions.submit_version(page=page, by=by, change_kind=Change.MATERIAL, change_sentence=why)


def _with_item(passage: Passage, block: str, item: str) -> Passage:
    blocks = (
        replace(each, items=(*each.items, item)) if isinstance(each, Checklist | Steps) and each.key == block else each
        for each in passage.blocks
    )
    return replace(passage, blocks=tuple(blocks))


def database() -> None:
    """A database that is up to date, the quickest way there is."""
    path = Path(settings.DATABASES["default"]["NAME"])
    if not path.exists():
        blank.place(path)
    if unapplied_migrations():
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Let Django's clock stand at `moment`. Only for making an invented past; it holds for the whole process."""

    class Meta(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, datetime)

    class Standing(datetime, metaclass=Meta):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # noqa: ARG003 - called by its name
            return moment

    # Model fields hold on to `timezone.now` itself, so it is the clock beneath it that stands.
    ours, timezone.datetime = timezone.datetime, Standing  # type: ignore[attr-defined]
    try:
        yield
    finally:
        timezone.datetime = ours  # type: ignore[attr-defined]


def _day(ago: timedelta, at: time) -> datetime:
    day = timezone.localdate() - ago
    return timezone.make_aware(datetime.combine(day, at))
