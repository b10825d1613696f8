"""First names as people are called by them, where the form is known; nothing is ever guessed.

Polish and Czech bend a name when somebody is addressed ("Anna", but "Dzień dobry, Anno"), and a
rule of endings would be wrong often enough to offend. So this is a table of common names; for
every other name the answer is None. The table also knows who is a Mrs and who a Mr, since it
holds only names that one of them bears.
**Source:** forms as given by the usual grammars (vocative singular of the first declensions).
"""


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("/") for pair in text.split())


_WOMEN = {
    "pl": _pairs(
        "Agata/Agato Agnieszka/Agnieszko Ala/Alu Aldona/Aldono Aleksandra/Aleksandro "
        "Alicja/Alicjo Amelia/Amelio Aneta/Aneto Ania/Aniu Anna/Anno Asia/Asiu Barbara/Barbaro "
        "Basia/Basiu Beata/Beato Bogumiła/Bogumiło Bożena/Bożeno Danuta/Danuto "
        "Dominika/Dominiko Dorota/Doroto Edyta/Edyto Ela/Elu Elżbieta/Elżbieto Emilia/Emilio "
        "Ewa/Ewo Ewelina/Ewelino Gabriela/Gabrielo Gosia/Gosiu Grażyna/Grażyno Halina/Halino "
        "Hanna/Hanno Helena/Heleno Irena/Ireno Iwona/Iwono Izabela/Izabelo Jadwiga/Jadwigo "
        "Joanna/Joanno Jolanta/Jolanto Julia/Julio Justyna/Justyno Kamila/Kamilo "
        "Karolina/Karolino Kasia/Kasiu Katarzyna/Katarzyno Kinga/Kingo Klaudia/Klaudio "
        "Krystyna/Krystyno Lena/Leno Lidia/Lidio Łucja/Łucjo Magda/Magdo Magdalena/Magdaleno "
        "Maja/Maju Małgorzata/Małgorzato Maria/Mario Marianna/Marianno Marta/Marto "
        "Monika/Moniko Natalia/Natalio Ola/Olu Oliwia/Oliwio Patrycja/Patrycjo "
        "Paulina/Paulino Renata/Renato Stanisława/Stanisławo Sylwia/Sylwio Teresa/Tereso "
        "Ula/Ulu Urszula/Urszulo Weronika/Weroniko Wiesława/Wiesławo Wiktoria/Wiktorio "
        "Zofia/Zofio Zosia/Zosiu Zuzanna/Zuzanno"
    ),
    "cs": _pairs(
        "Adéla/Adélo Alena/Aleno Andrea/Andreo Anna/Anno Barbora/Barboro Blanka/Blanko "
        "Božena/Boženo Dagmar/Dagmar Dana/Dano Denisa/Deniso Eliška/Eliško Eva/Evo "
        "Gabriela/Gabrielo Hana/Hano Helena/Heleno Irena/Ireno Iva/Ivo Ivana/Ivano Jana/Jano "
        "Jaroslava/Jaroslavo Jitka/Jitko Karolína/Karolíno Kateřina/Kateřino Klára/Kláro "
        "Kristýna/Kristýno Lenka/Lenko Lucie/Lucie Ludmila/Ludmilo Marie/Marie "
        "Markéta/Markéto Martina/Martino Michaela/Michaelo Miroslava/Miroslavo Monika/Moniko "
        "Natálie/Natálie Olga/Olgo Pavla/Pavlo Petra/Petro Radka/Radko Renata/Renato "
        "Romana/Romano Simona/Simono Šárka/Šárko Tereza/Terezo Věra/Věro Veronika/Veroniko "
        "Vlasta/Vlasto Zdeňka/Zdeňko Zuzana/Zuzano"
    ),
}
_MEN = {
    "pl": _pairs(
        "Adam/Adamie Adrian/Adrianie Aleksander/Aleksandrze Andrzej/Andrzeju Antoni/Antoni "
        "Arkadiusz/Arkadiuszu Artur/Arturze Bartłomiej/Bartłomieju Bartosz/Bartoszu "
        "Bogdan/Bogdanie Damian/Damianie Daniel/Danielu Dariusz/Dariuszu Dawid/Dawidzie "
        "Dominik/Dominiku Edward/Edwardzie Filip/Filipie Franciszek/Franciszku "
        "Grzegorz/Grzegorzu Henryk/Henryku Hubert/Hubercie Ignacy/Ignacy Igor/Igorze "
        "Jacek/Jacku Jakub/Jakubie Jan/Janie Janusz/Januszu Jarosław/Jarosławie Jerzy/Jerzy "
        "Józef/Józefie Kacper/Kacprze Kamil/Kamilu Karol/Karolu Kazimierz/Kazimierzu "
        "Konrad/Konradzie Krzysztof/Krzysztofie Kuba/Kubo Leon/Leonie Leszek/Leszku "
        "Łukasz/Łukaszu Maciej/Macieju Marcin/Marcinie Marek/Marku Mariusz/Mariuszu "
        "Mateusz/Mateuszu Michał/Michale Mirosław/Mirosławie Norbert/Norbercie "
        "Oskar/Oskarze Patryk/Patryku Paweł/Pawle Piotr/Piotrze Przemysław/Przemysławie "
        "Radosław/Radosławie Rafał/Rafale Robert/Robercie Roman/Romanie Ryszard/Ryszardzie "
        "Sebastian/Sebastianie Sławomir/Sławomirze Stanisław/Stanisławie Szymon/Szymonie "
        "Tadeusz/Tadeuszu Tomasz/Tomaszu Tomek/Tomku Wiktor/Wiktorze Wojciech/Wojciechu "
        "Zbigniew/Zbigniewie"
    ),
    "cs": _pairs(
        "Adam/Adame Aleš/Aleši Antonín/Antoníne Bohumil/Bohumile Daniel/Danieli David/Davide "
        "Dominik/Dominiku Filip/Filipe František/Františku Igor/Igore Ivan/Ivane Jakub/Jakube "
        "Jan/Jane Jaroslav/Jaroslave Jiří/Jiří Josef/Josefe Karel/Karle Kryštof/Kryštofe "
        "Ladislav/Ladislave Libor/Libore Luboš/Luboši Lukáš/Lukáši Marek/Marku Martin/Martine "
        "Matěj/Matěji Michal/Michale Milan/Milane Miroslav/Miroslave Ondřej/Ondřeji "
        "Patrik/Patriku Pavel/Pavle Petr/Petře Radek/Radku Robert/Roberte Roman/Romane "
        "Rostislav/Rostislave Řehoř/Řehoři Stanislav/Stanislave Šimon/Šimone Štěpán/Štěpáne "
        "Tomáš/Tomáši Václav/Václave Viktor/Viktore Vít/Víte Vladimír/Vladimíre "
        "Vojtěch/Vojtěchu Zdeněk/Zdeňku"
    ),
}
_COURTESY = {"pl": ("Pani", "Panie"), "cs": ("paní", "pane")}


def vocative(first_name: str, language: str) -> str | None:
    """The form by which the name is called; None where it is not known."""
    name = first_name.strip()
    return _WOMEN.get(language, {}).get(name) or _MEN.get(language, {}).get(name)


def courtesy(first_name: str, language: str) -> str | None:
    """Mrs or Mr with the name as it is called ("Pani Anno", "pane Petře"); None where it is not
    known who it is."""
    name = first_name.strip()
    for word, known in zip(_COURTESY.get(language, ()), (_WOMEN, _MEN), strict=False):
        if name in known[language]:
            return f"{word} {known[language][name]}"
    return None
