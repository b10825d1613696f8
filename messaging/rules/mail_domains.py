"""Whether a mail domain says who wrote: a firm's does, a mail provider's does not."""

# The large providers of the countries where our shops are, and of the world.
_NAMES = """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com
    icloud.com me.com mac.com aol.com gmx.com gmx.net gmx.de web.de proton.me protonmail.com
    pm.me zoho.com mail.com fastmail.com tutanota.com hey.com yandex.com mail.ru t-online.de
    wp.pl o2.pl tlen.pl go2.pl interia.pl interia.eu poczta.fm onet.pl onet.eu op.pl vp.pl
    poczta.onet.pl gazeta.pl hotmail.pl outlook.pl yahoo.pl autograf.pl int.pl vivaldi.net
    seznam.cz email.cz post.cz spoluzaci.cz centrum.cz atlas.cz volny.cz tiscali.cz quick.cz
    azet.sk zoznam.sk centrum.sk pobox.sk post.sk
    yahoo.ro hotmail.ro rdslink.ro home.ro k.ro personal.ro rdsor.ro
    hotmail.co.uk yahoo.co.uk live.co.uk outlook.co.uk btinternet.com sky.com virginmedia.com
"""
PROVIDERS = frozenset(_NAMES.split())


def telling_domain(address: str) -> str:
    """The address's domain where it points to a firm or a household; "" for a provider's.

    'anna@klient.example' -> 'klient.example'; 'anna@gmail.com' -> ''.
    """
    _local, at, domain = address.lower().rpartition("@")
    return domain if at and domain not in PROVIDERS else ""
