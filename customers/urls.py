"""Addresses of the customers app. Each area keeps its own list and is spliced in here."""

from customers import file_urls, import_urls, permission_urls, segment_urls

app_name = "customers"
urlpatterns = [
    *file_urls.urlpatterns,
    *import_urls.urlpatterns,
    *permission_urls.urlpatterns,
    *segment_urls.urlpatterns,
]
