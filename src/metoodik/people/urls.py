"""Addresses of people, roles and one's own account. Sign-in itself is django-allauth's, under `/konto/`.

Pages of allauth that we do not have are covered by addresses of ours: include this module before `allauth.urls`.
"""

from django.urls import path, re_path

from metoodik.people import substitution_views, views

app_name = "people"
urlpatterns = [
    path("konto/", views.account, name="account"),
    path("konto/teated/", views.read_notices, name="read-notices"),
    path("konto/halduri-reziim/", views.enter_admin_mode, name="enter-admin-mode"),
    path("konto/halduri-reziim/lopeta/", views.leave_admin_mode, name="leave-admin-mode"),
    path("konto/asendamine/", substitution_views.own, name="substitution"),
    path("konto/asendamine/<int:pk>/lopeta/", substitution_views.end, name="end-substitution"),
    re_path(r"^konto/(?:signup|email|confirm-email|password/set|login/code|inactive)(?:/.*)?$", views.elsewhere),
    path("abi/rollid/", views.roles, name="roles"),
    path("inimesed/", views.people, name="people"),
    path("inimesed/kutsu/", views.invite, name="invite"),
    path("inimesed/<int:pk>/", views.person, name="person"),
    path("inimesed/<int:pk>/muuda/", views.change, name="change"),
    path("inimesed/<int:pk>/roll/", views.grant, name="grant"),
    path("inimesed/<int:pk>/lopeta-roll/", views.end_role, name="end-role"),
    path("inimesed/<int:pk>/kutsu-uuesti/", views.invite_again, name="invite-again"),
    path("inimesed/<int:pk>/teine-samm/", views.remove_second_step, name="remove-second-step"),
    path("inimesed/<int:pk>/asendamine/", substitution_views.of_person, name="substitution-of"),
    path("inimesed/<int:pk>/lahkus/", views.leave, name="leave"),
]
