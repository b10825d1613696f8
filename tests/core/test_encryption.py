import pytest
from django.test import override_settings

from core.encryption import Unreadable, decrypt, encrypt


def test_a_secret_comes_back_and_does_not_show():
    sealed = encrypt("open sesame")

    assert "sesame" not in sealed
    assert decrypt(sealed) == "open sesame"
    assert (encrypt(""), decrypt("")) == ("", "")


def test_another_installation_cannot_read_it_and_an_older_key_still_can():
    sealed = encrypt("open sesame")

    with override_settings(SECRET_KEY="another"), pytest.raises(Unreadable):
        decrypt(sealed)
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=["x", _present_key()]):
        assert decrypt(sealed) == "open sesame"


def _present_key():
    from django.conf import settings

    return settings.SECRET_KEY
