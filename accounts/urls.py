from django.urls import include, path

from accounts.views import approvals, home, own, session, settings, team

account_patterns = (
    [
        path("sign-in/", session.sign_in, name="sign_in"),
        path("sign-out/", session.sign_out, name="sign_out"),
        path("account/", own.preferences, name="preferences"),
        path("account/password/", own.password, name="password"),
        path("account/appearance/", own.appearance, name="appearance"),
        path("approvals/", approvals.approvals, name="approvals"),
        path("approvals/mine/", approvals.requests, name="requests"),
        path("approvals/<int:pk>/approval/", approvals.approval_approve, name="approval_approve"),
        path("approvals/<int:pk>/refusal/", approvals.approval_refuse, name="approval_refuse"),
        path(
            "approvals/<int:pk>/withdrawal/",
            approvals.approval_withdraw,
            name="approval_withdraw",
        ),
        path("settings/", settings.shop, name="shop"),
        path("settings/branches/", settings.branches, name="branches"),
        path("settings/branches/<int:pk>/", settings.branch_edit, name="branch_edit"),
        path("settings/team/", team.team, name="team"),
        path("settings/team/new/", team.person_create, name="person_create"),
        path("settings/team/<int:pk>/", team.person_edit, name="person_edit"),
        path("settings/team/<int:pk>/password/", team.person_password, name="person_password"),
        path("settings/audit/", settings.audit_log, name="audit_log"),
    ],
    "accounts",
)
urlpatterns = [
    path("", home.home, name="home"),
    path("", include(account_patterns)),
]
