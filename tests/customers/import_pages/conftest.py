"""A manager who imports."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.customers.import_pages.uploads import CSV


@pytest.fixture
def client(sign_in):
    return sign_in("manager")


@pytest.fixture
def upload(client):
    def make(content=CSV, *, kind="purchases", name="zamówienia.csv"):
        content = content.encode("cp1250") if isinstance(content, str) else content
        file = SimpleUploadedFile(name, content, content_type="text/csv")
        return client.post("/import/", {"kind": kind, "file": file})

    return make
