"""The hostile tests share one shop per module, and one instant."""

from collections.abc import Iterator

import pytest
from django.template import Template
from django.test.utils import _TestState

from accounts.forms import shop as shop_form
from core import clock
from customers.forms import consent as consent_form
from customers.forms import consent_settings
from customers.forms import customer as customer_form
from customers.forms import importing as import_form
from tests.hostile.world import NOW, World, build


@pytest.fixture(scope="module")
def world(module_db: None) -> Iterator[World]:
    """The shop, in a transaction that the module's end undoes."""
    patch = pytest.MonkeyPatch()
    patch.setattr(clock, "now", lambda: NOW)
    # The test client would copy each template's context, which nobody here looks at.
    patch.setattr(Template, "_render", _TestState.saved_data.template_render)
    # Hundreds of choices in thousands of forms would make the tests slow.
    for module in (customer_form, shop_form, import_form):
        patch.setattr(module, "zone_names", lambda: ["Europe/Warsaw", "Asia/Tokyo"])
    for module in (customer_form, consent_form):
        patch.setattr(module, "language_choices", lambda: [("", "–"), ("pl", "Polish")])
    for module in (customer_form, consent_settings):
        patch.setattr(module, "country_choices", lambda: [("", "–"), ("PL", "Poland")])
    yield build()
    patch.undo()
