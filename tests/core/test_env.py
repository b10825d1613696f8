from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from crm import env


def test_text_prefers_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from file\n")
    monkeypatch.setenv("THING", "from environment")
    assert env.text("THING") == "from environment"

    monkeypatch.setenv("THING_FILE", str(secret))
    assert env.text("THING") == "from file"


def test_a_missing_secret_file_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING_FILE", "/nowhere/at/all")

    with pytest.raises(ImproperlyConfigured, match="THING_FILE cannot be read"):
        env.text("THING")


@pytest.mark.parametrize(
    ("value", "result"), [("1", True), ("yes", True), ("0", False), ("OFF", False), ("", False)]
)
def test_flag(monkeypatch: pytest.MonkeyPatch, value: str, result: bool) -> None:
    monkeypatch.setenv("THING", value)

    assert env.flag("THING", default=not result) is result


@pytest.mark.parametrize(("reader", "value"), [("flag", "maybe"), ("number", "ten")])
def test_wrong_values_stop_the_start(
    monkeypatch: pytest.MonkeyPatch, reader: str, value: str
) -> None:
    monkeypatch.setenv("THING", value)

    with pytest.raises(ImproperlyConfigured, match="THING must be"):
        env.flag("THING", default=True) if reader == "flag" else env.number("THING", 1)


def test_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING", "a, b,,c ")

    assert env.words("THING") == ["a", "b", "c"]


def test_sqlite_addresses(tmp_path: Path) -> None:
    settings = env.database(f"sqlite:///{tmp_path}/deep/er/shop.sqlite3")

    assert settings["NAME"] == tmp_path / "deep/er/shop.sqlite3"
    assert (tmp_path / "deep/er").is_dir()
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_postgresql_addresses() -> None:
    settings = env.database("postgresql://ann:p%40ss@db.example:5433/shop?sslmode=require")

    assert settings["NAME"] == "shop"
    assert (settings["USER"], settings["PASSWORD"]) == ("ann", "p@ss")
    assert (settings["HOST"], settings["PORT"]) == ("db.example", "5433")
    assert settings["OPTIONS"] == {"sslmode": "require", "options": "-c lock_timeout=20s"}


def test_a_pooler_that_takes_no_options_gets_none() -> None:
    assert env.database("postgresql://a@b/c?options=")["OPTIONS"] == {"options": ""}


def test_other_databases_are_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        env.database("mysql://localhost/shop")


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"

    first, second = env.secret_key(path), env.secret_key(path)

    assert first == second
    assert len(first) >= 64
    assert path.stat().st_mode & 0o777 == 0o600


def test_prefixed_values_lose_their_prefix(monkeypatch, tmp_path):
    (tmp_path / "token").write_text("hush\n")
    monkeypatch.setenv("ANYMAIL_MAILGUN_DOMAIN", "example.com")
    monkeypatch.setenv("ANYMAIL_MAILGUN_KEY_FILE", str(tmp_path / "token"))

    assert env.prefixed("ANYMAIL_") == {"MAILGUN_DOMAIN": "example.com", "MAILGUN_KEY": "hush"}
