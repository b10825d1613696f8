"""Pages for customers, reached by signed links."""

from django.urls import path

from messaging.views import confirmation, departure, preference_page, shop_style

urlpatterns = [
    path("p/shop.css", shop_style.shop_style, name="shop_style"),
    path("p/unsubscribe/<str:token>/", departure.unsubscribe, name="unsubscribe"),
    path("p/one-click/<str:token>/", departure.one_click, name="one_click"),
    path("p/undo/<str:token>/", departure.undo, name="undo"),
    path("p/preferences/<str:token>/", preference_page.preferences, name="preferences"),
    path("p/preferences/<str:token>/pause/", preference_page.pause, name="preferences_pause"),
    path(
        "p/preferences/<str:token>/resumption/", preference_page.resume, name="preferences_resume"
    ),
    path("p/preferences/<str:token>/departure/", preference_page.leave, name="preferences_leave"),
    path("p/preferences/<str:token>/return/", preference_page.come_back, name="preferences_return"),
    path("p/confirm/<str:token>/", confirmation.confirm, name="confirm"),
    path("p/confirm/<str:token>/renewal/", confirmation.renew, name="confirm_renew"),
]
