"""Files of mails go to a folder of the test's own."""

import pytest


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MAIL_FILES_DIR = tmp_path / "mail"
