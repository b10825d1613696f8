"""Names, places and words of the demo shop, by country. Data, no decisions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """How people of one country are called and live; `weight` is their share of customers."""

    code: str
    language: str
    zone: str
    branch: str
    weight: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames_women: tuple[str, ...]
    surnames_men: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    phone: str
    domain: str


def _w(text: str) -> tuple[str, ...]:
    return tuple(text.split())


POLAND = Country(
    code="PL",
    language="pl",
    zone="Europe/Warsaw",
    branch="Gdańsk",
    weight=60,
    women=_w(
        "Anna Katarzyna Małgorzata Agnieszka Barbara Ewa Łucja Joanna Magdalena Monika Zofia "
        "Maja Hanna Julia Natalia Aleksandra Karolina Beata Dorota Elżbieta Urszula Wiesława"
    ),
    men=_w(
        "Piotr Krzysztof Andrzej Tomasz Paweł Łukasz Michał Marcin Jakub Stanisław Jan Wojciech "
        "Grzegorz Mateusz Rafał Zbigniew Szymon Kacper Bartłomiej Świętosław Radosław"
    ),
    surnames_women=_w(
        "Nowak Kowalska Wiśniewska Wójcik Kamińska Lewandowska Zielińska Szymańska Woźniak "
        "Dąbrowska Kozłowska Jankowska Mazur Krawczyk Piotrowska Grabowska Zając Pawłowska "
        "Król Jabłońska Wróbel Łuczak Sikora Żak Chmielewska Ostrowska Ciesielska Kaźmierczak"
    ),
    surnames_men=_w(
        "Nowak Kowalski Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak "
        "Dąbrowski Kozłowski Jankowski Mazur Krawczyk Piotrowski Grabowski Zając Pawłowski "
        "Król Jabłoński Wróbel Łuczak Sikora Żak Chmielewski Ostrowski Ciesielski Kaźmierczak"
    ),
    cities=(
        ("Gdańsk", "80-001"),
        ("Gdynia", "81-300"),
        ("Sopot", "81-701"),
        ("Toruń", "87-100"),
        ("Poznań", "61-001"),
        ("Łódź", "90-001"),
        ("Elbląg", "82-300"),
        ("Słupsk", "76-200"),
    ),
    streets=_w("Długa Mariacka Ogrodowa Polna Słoneczna Leśna Krótka Szkolna Lipowa"),
    phone="+486",
    domain="example.pl",
)
CZECHIA = Country(
    code="CZ",
    language="cs",
    zone="Europe/Prague",
    branch="Brno",
    weight=24,
    women=_w(
        "Jana Marie Eva Hana Anna Lenka Kateřina Lucie Věra Alena Petra Veronika Tereza Zuzana "
        "Markéta Jitka Ludmila Božena Kristýna Šárka"
    ),
    men=_w(
        "Jiří Jan Petr Josef Pavel Martin Tomáš Jaroslav Miroslav Zdeněk Václav Michal František "
        "Jakub Lukáš Ondřej Vojtěch Štěpán Řehoř"
    ),
    surnames_women=_w(
        "Nováková Svobodová Novotná Dvořáková Černá Procházková Kučerová Veselá Horáková Němcová "
        "Marková Pokorná Pospíšilová Hájková Jelínková Králová Růžičková Benešová Fialová Šťastná"
    ),
    surnames_men=_w(
        "Novák Svoboda Novotný Dvořák Černý Procházka Kučera Veselý Horák Němec Marek Pokorný "
        "Pospíšil Hájek Jelínek Král Růžička Beneš Fiala Šťastný"
    ),
    cities=(
        ("Brno", "602 00"),
        ("Olomouc", "779 00"),
        ("Zlín", "760 01"),
        ("Jihlava", "586 01"),
        ("Znojmo", "669 02"),
    ),
    streets=_w("Česká Masarykova Zahradní Lipová Husova Nádražní Komenského Školní"),
    phone="+4207",
    domain="example.cz",
)
ROMANIA = Country(
    code="RO",
    language="ro",
    zone="Europe/Bucharest",
    branch="Cluj-Napoca",
    weight=16,
    women=_w(
        "Maria Elena Ioana Andreea Ana Mihaela Cristina Alexandra Daniela Gabriela Roxana Simona "
        "Ștefania Raluca Iulia Țuța Bianca Diana"
    ),
    men=_w(
        "Andrei Alexandru Mihai Ion Gheorghe Ștefan Cristian Adrian Radu Vlad Bogdan Florin "
        "Ionuț Răzvan Călin Dănuț Țvetan"
    ),
    surnames_women=_w(
        "Popescu Ionescu Popa Rădulescu Dumitrescu Stan Stoica Gheorghe Matei Ciobanu Rusu Mureșan "
        "Țăranu Șerban Constantinescu Lazăr Moldovan Câmpeanu"
    ),
    surnames_men=_w(
        "Popescu Ionescu Popa Rădulescu Dumitrescu Stan Stoica Gheorghe Matei Ciobanu Rusu Mureșan "
        "Țăranu Șerban Constantinescu Lazăr Moldovan Câmpeanu"
    ),
    cities=(
        ("Cluj-Napoca", "400001"),
        ("Turda", "401001"),
        ("Oradea", "410001"),
        ("Alba Iulia", "510001"),
        ("Târgu Mureș", "540001"),
    ),
    streets=_w("Eroilor Horea Libertății Republicii Mihai Unirii Primăverii Florilor"),
    phone="+407",
    domain="example.ro",
)
COUNTRIES = (POLAND, CZECHIA, ROMANIA)

PRODUCTS: tuple[tuple[str, str, str, int], ...] = (
    ("MUG-01", "Mug Fern", "Mugs", 5900),
    ("MUG-02", "Mug Baltic", "Mugs", 6400),
    ("MUG-03", "Espresso cup Pebble", "Mugs", 4200),
    ("BWL-01", "Bowl Wave", "Bowls", 8900),
    ("BWL-02", "Bowl Moss", "Bowls", 9600),
    ("BWL-03", "Salad bowl Harvest", "Bowls", 18900),
    ("PLT-01", "Plate Linen", "Plates", 7400),
    ("PLT-02", "Plate Ash", "Plates", 7900),
    ("PLT-03", "Dessert plate Bloom", "Plates", 5600),
    ("TEA-01", "Teapot Amber", "Tea", 21900),
    ("TEA-02", "Green tea Sencha 100 g", "Tea", 3900),
    ("TEA-03", "Black tea Assam 100 g", "Tea", 3400),
    ("TEA-04", "Herbal tea Meadow 80 g", "Tea", 2900),
    ("COF-01", "Coffee Ethiopia 250 g", "Coffee", 4900),
    ("COF-02", "Coffee Colombia 250 g", "Coffee", 4600),
    ("COF-03", "Dripper Stone", "Coffee", 11900),
    ("VAS-01", "Vase Reed", "Home", 15900),
    ("VAS-02", "Candle holder Dune", "Home", 7900),
    ("GFT-01", "Gift box, two mugs", "Gifts", 13900),
    ("GFT-02", "Gift card", "Gifts", 10000),
)
TAGS = ("ceramics", "tea", "coffee", "gives presents", "workshop", "wholesale", "collector")
FOUND_US = (
    "Recommended by a friend",
    "Christmas market",
    "Instagram",
    "Search engine",
    "Passing by",
    "Workshop",
)
TALK: dict[str, tuple[tuple[str, str, str], ...]] = {
    "pl": (
        ("call", "in", "Pyta, czy miska Wave wróci do sprzedaży. Obiecany telefon po dostawie."),
        ("call", "in", "Kubek doszedł wyszczerbiony. Wysyłamy nowy, przeprosiny przyjęte."),
        ("visit", "in", "Szukała prezentu na rocznicę, wybrała zestaw dwóch kubków."),
        ("email", "in", "Prosi o fakturę za ostatnie zakupy."),
        ("call", "out", "Telefon z podziękowaniem. Herbata bardzo smakuje, poleca siostrze."),
        ("note", "", "Woli kontakt po 16:00."),
    ),
    "cs": (
        ("call", "in", "Ptá se, kdy bude znovu skladem konvice Amber. Ozveme se po dodávce."),
        ("call", "in", "Talíř dorazil prasklý. Posíláme náhradu."),
        ("visit", "in", "Hledal dárek k narozeninám, vzal dárkovou krabici."),
        ("email", "in", "Prosí o změnu doručovací adresy."),
        ("call", "out", "Poděkování za nákup. Káva chutná, objedná znovu."),
        ("note", "", "Raději e-mail než telefon."),
    ),
    "ro": (
        ("call", "in", "Întreabă când revine bolul Wave pe stoc. Îl sunăm după livrare."),
        ("call", "in", "Cana a ajuns ciobită. Trimitem alta, a acceptat scuzele."),
        ("visit", "in", "Căuta un cadou pentru mama, a luat cutia cu două căni."),
        ("email", "in", "Cere factura pentru ultima comandă."),
        ("call", "out", "Telefon de mulțumire. Ceaiul îi place mult."),
        ("note", "", "Preferă mesaje pe WhatsApp."),
    ),
}
TO_DO: dict[str, tuple[str, ...]] = {
    "pl": ("Oddzwonić w sprawie miski", "Zapytać, czy nowy kubek doszedł", "Zaprosić na warsztaty"),
    "cs": ("Zavolat zpět ohledně konvice", "Zeptat se, zda dorazila náhrada", "Pozvat na dílnu"),
    "ro": (
        "De sunat înapoi despre bol",
        "De întrebat dacă a ajuns cana nouă",
        "De invitat la atelier",
    ),
}
