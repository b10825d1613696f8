"""Members' cards, at the desk and on phones."""

from django.urls import path

from loyalty.views import card, phone_card

urlpatterns = [
    path("customers/<int:pk>/card/", card.card, name="card"),
    path("customers/<int:pk>/card/issue/", card.card_issue, name="card_issue"),
    path("customers/<int:pk>/card/replacement/", card.card_replace, name="card_replace"),
    path("customers/<int:pk>/card/qr.svg", card.card_qr, name="card_qr"),
    path("customers/<int:pk>/card/bars.svg", card.card_bars, name="card_bars"),
    path("loyalty/scan/", card.card_scan, name="card_scan"),
    path("p/card/<str:token>/", phone_card.phone_card, name="phone_card"),
    path("p/card/<str:token>/qr.svg", phone_card.phone_card_qr, name="phone_card_qr"),
    path("p/card/<str:token>/bars.svg", phone_card.phone_card_bars, name="phone_card_bars"),
]
