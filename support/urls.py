"""The desk: cases."""

from django.urls import path

from support.views import acts, case, list, new

app_name = "support"
urlpatterns = [
    path("cases/", list.cases, name="cases"),
    path("customers/<int:pk>/cases/new/", new.case_new, name="case_new"),
    path("cases/<int:pk>/", case.case, name="case"),
    path("cases/<int:pk>/log/", case.case_log, name="case_log"),
    path("cases/<int:pk>/edit/", case.case_edit, name="case_edit"),
    path("cases/<int:pk>/take/", acts.case_take, name="case_take"),
    path("cases/<int:pk>/owner/", acts.case_assign, name="case_assign"),
    path("cases/<int:pk>/wait/", acts.case_wait, name="case_wait"),
    path("cases/<int:pk>/go-on/", acts.case_resume, name="case_resume"),
    path("cases/<int:pk>/promise/", acts.case_promise, name="case_promise"),
    path("cases/<int:pk>/resolve/", acts.case_resolve, name="case_resolve"),
    path("cases/<int:pk>/close/", acts.case_close, name="case_close"),
    path("cases/<int:pk>/reopen/", acts.case_reopen, name="case_reopen"),
    path("cases/<int:pk>/thanks/", acts.case_thanks, name="case_thanks"),
    path("cases/<int:pk>/join/", acts.case_join, name="case_join"),
    path("cases/<int:pk>/part/", acts.case_part, name="case_part"),
]
