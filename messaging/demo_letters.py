"""What customers of the demo shop write: in their own languages, as people do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of the demo. `language` picks the customer who writes; "" for somebody unknown, who
    then has the name and address given. `proved`: the mail server knows who wrote."""

    subject: str
    text: str
    hours_ago: int
    language: str = ""
    name: str = ""
    address: str = ""
    proved: bool = True
    picture: bool = False
    automatic: bool = False
    html: str = ""


LETTERS = (
    Letter(
        subject="Re: Dziękujemy za zakupy",
        text=(
            "Dzień dobry,\n\npaczka dotarła, miski są piękne. Czy da się dokupić do kompletu "
            "jeszcze dwa kubki w tym samym kolorze?\n\nPozdrawiam serdecznie\n\n"
            "W dniu wczorajszym sklep napisał:\n> Dziękujemy za zakupy. Paczka jest już w drodze.\n"
            "> Numer przesyłki znajdą Państwo poniżej."
        ),
        hours_ago=5,
        language="pl",
    ),
    Letter(
        subject="Hrnek přišel s prasklým uchem",
        text=(
            "Dobrý den,\n\ndnes mi přišla objednávka a jeden hrnek má prasklé ucho. Fotku "
            "posílám v příloze. Prosím o výměnu, je to dárek na příští týden.\n\nDěkuji"
        ),
        hours_ago=22,
        language="cs",
        picture=True,
    ),
    Letter(
        subject="Răspuns automat: concediu",
        text=(
            "Bună ziua,\n\nsunt în concediu până luni și nu citesc e-mailurile. Vă răspund când "
            "mă întorc."
        ),
        hours_ago=30,
        language="ro",
        automatic=True,
    ),
    Letter(
        subject="Zmiana adresu dostawy",
        text=(
            "Dzień dobry, proszę o wysłanie zamówienia na adres siostry, bo w piątek nie będzie "
            "mnie w domu: ul. Lipowa 7, Sopot. Dziękuję!"
        ),
        hours_ago=2,
        language="pl",
        proved=False,
    ),
    Letter(
        subject="Wholesale prices for a small café",
        text=(
            "Hello,\n\nwe are opening a café in Leeds in March and love your stoneware. Do you "
            "have wholesale prices for about sixty cups and saucers?\n\nBest wishes\nEmma Clarke"
        ),
        hours_ago=27,
        name="Emma Clarke",
        address="emma@harbourcafe.example",
        html=(
            "<p>Hello,</p><p>we are opening a <b>café in Leeds</b> in March and love your "
            "stoneware. Do you have wholesale prices for about sixty cups and saucers?</p>"
            '<p>Best wishes<br>Emma Clarke</p><img src="https://harbourcafe.example/logo.png" '
            'alt="Harbour Café" width="120">'
        ),
    ),
    Letter(
        subject="Otázka k poukazu",
        text=(
            "Dobrý den, dostala jsem od kolegyně dárkový poukaz. Dá se uplatnit i na kurz "
            "točení na kruhu?"
        ),
        hours_ago=9,
        name="Lenka Horáková",
        address="lenka.horakova@seznam.cz",
    ),
    Letter(
        subject="Automatic reply: order confirmation",
        text="This mailbox is not monitored.",
        hours_ago=40,
        name="Parcel service",
        address="no-reply@parcels.example",
        automatic=True,
    ),
)
