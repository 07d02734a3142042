"""E-mail to people, sent by the worker. Arguments are ids; a link is made when it is sent."""

from __future__ import annotations

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from metoodik.people import notices
from metoodik.people.models import Notice, User


@task()
def send_invitation(user_id: int) -> None:
    """The link by which an invited person sets a password."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    key = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    days = settings.PASSWORD_RESET_TIMEOUT // 86400
    _send(user, "invitation", {"user": user, "url": settings.BASE_URL + path, "days": days, "site": settings.BASE_URL})


@task()
def send_notice(notice_id: int) -> None:
    """A notice by e-mail, in its reader's language; nothing when it has been read or removed meanwhile."""
    notice = Notice.objects.unread().select_related("user").filter(pk=notice_id, user__is_active=True).first()
    if notice is None:
        return
    with override(notice.user.language):
        sentence = notices.sentence(notice)
    url = settings.BASE_URL + notice.url if notice.url else ""
    settings_url = settings.BASE_URL + reverse("people:account")
    _send(notice.user, "notice", {"sentence": sentence, "url": url, "settings_url": settings_url})


def tell_old_address(user: User, address: str) -> None:
    """Tell whoever reads an old address that it no longer signs in; sent at once, so that no task holds the address."""
    with override(user.language):
        subject = gettext("Your e-mail address in Metoodik was changed")
        body = gettext(
            "An administrator changed the e-mail address by which you sign in to Metoodik. If you did not ask for it, "
            "tell your team lead at once: somebody else could be using your account."
        )
    send_mail(subject, body + "\n", None, [address])


def _send(user: User, template: str, context: dict[str, object]) -> None:
    with override(user.language):
        subject = render_to_string(f"people/email/{template}_subject.txt", context)
        body = render_to_string(f"people/email/{template}.txt", context)
    send_mail(" ".join(subject.split()), body.strip() + "\n", None, [user.email])
