"""A folder of one's own for the files of mails."""

import pytest


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MAIL_FILES_DIR = tmp_path / "mail"
    return settings.MAIL_FILES_DIR
