"""What the programme costs."""

from django.urls import path

from loyalty.views import cost

urlpatterns = [
    path("loyalty/costs/", cost.cost, name="cost"),
    path("loyalty/costs/movements/", cost.cost_movements, name="cost_movements"),
    path("loyalty/costs/expiring/", cost.cost_lapsing, name="cost_lapsing"),
    path("loyalty/costs/<slug:kind>.csv", cost.cost_csv, name="cost_csv"),
]
