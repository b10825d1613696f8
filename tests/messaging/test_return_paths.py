from messaging.return_paths import message_of, return_path


def test_a_bounce_finds_its_message_whatever_the_case():
    address = return_path(4711, "bounces.example.com")

    assert address.endswith("@bounces.example.com")
    assert len(address.partition("@")[0]) <= 64
    assert message_of(address) == message_of(address.upper()) == 4711


def test_addresses_that_we_did_not_make_mean_nothing():
    local, _at, domain = return_path(4711, "example.com").partition("@")

    for wrong in (
        f"{local[:-1]}x@{domain}",
        local.replace("4711", "4712"),
        "bounce@a",
        "",
        "x+1.a",
    ):
        assert message_of(wrong) is None
