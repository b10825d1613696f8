"""Lists, segments and search in the registries."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from core import privacy
from core.demo import left_empty
from core.jobs import due_jobs
from core.navigation import Link, rail
from customers.models import SearchVariant, SearchWord
from customers.search import SearchSource, search_sources
from customers.search_customers import find_customers
from customers.search_orders import find_orders
from customers.segment_activity import register_activity_fields
from customers.segment_person import register_person_fields
from customers.services.search import REBUILD_JOB

policy.register("customers:list", "customers:count", "customers:search", read=policy.EVERYONE)
policy.register("customers:filter", read=policy.EVERYONE, write=policy.EVERYONE)
policy.register("customers:export", read=policy.MANAGERS)
policy.register("customers:segments", read=policy.MARKETING_UP)
policy.register(
    "customers:segment_new",
    "customers:segment_edit",
    read=policy.MARKETING_UP,
    write=policy.MARKETING_UP,
)
policy.register("customers:segment_delete", "customers:segment_restore", write=policy.MARKETING_UP)
rail.register(
    "customers",
    Link(_("Customers"), "customers:list", "people", 20, sections=("customers:",), key="c"),
)

register_person_fields()
register_activity_fields()

due_jobs.register("customers.search_words", REBUILD_JOB)
# A word is nobody's alone, and goes with its last bearer: the job sees to that.
privacy.register(SearchWord, owner=None, impersonal=["word"])
privacy.register(SearchVariant, owner=None)
for label in ("customers.SearchWord", "customers.SearchVariant"):
    left_empty.register(label, "filled by services as customers are made")

search_sources.register("customers", SearchSource(_("Customers"), "person", find_customers))
search_sources.register("orders", SearchSource(_("Orders"), "receipt", find_orders))
