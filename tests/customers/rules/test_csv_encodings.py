"""The encoding of a file is found by its bytes alone, from real words of four languages."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.rules.csv_reading import ENCODINGS, SAMPLE_BYTES, detect_encoding, read_text
from customers.rules.flaws import FileRefused
from tests.customers.rules.files import opener, outcome, packed, rows

POLISH = "Imię;Nazwisko;Miasto\r\nŁukasz;Żółć;Gdańsk\r\nMałgorzata;Dąbrowska;Łódź\r\n"
CZECH = "Jméno;Příjmení;Město\r\nJiří;Dvořák;Plzeň\r\nŽofie;Růžičková;Ústí nad Labem\r\n"
ROMANIAN = "Prenume;Nume;Oraş\r\nŞtefan;Rădulescu;Braşov\r\nÎnviorica;Ţepeş;Târgovişte\r\n"
FRENCH = "prénom;nom;ville\r\nHélène;Lefèvre;Besançon\r\nLoïc;Guérin;Orléans à côté\r\n"
ENGLISH = "first_name;last_name;city\r\nAnna;Smith;London\r\nJohn;O'Brien;Dublin\r\n"
TEXTS = {"pl": POLISH, "cs": CZECH, "ro": ROMANIAN, "fr": FRENCH, "en": ENGLISH}


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize(
    ("mark", "codec", "encoding"),
    [
        (b"", "utf-8", "utf-8-sig"),
        (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
        (b"", "utf-16-le", "utf-16-le"),
        (b"", "utf-16-be", "utf-16-be"),
    ],
)
def test_unicode_is_told_with_and_without_its_mark(language, mark, codec, encoding):
    data = mark + TEXTS[language].encode(codec)

    found = detect_encoding(opener(data))

    assert found == encoding
    with read_text(opener(data), found) as text:
        assert text.read() == TEXTS[language]


@pytest.mark.parametrize(
    ("text", "code_page"),
    [
        (POLISH, "cp1250"),
        (CZECH, "cp1250"),
        (ROMANIAN, "cp1250"),
        (FRENCH, "cp1252"),
        ("nombre;ciudad\nMuñoz;Cádiz\nÑáñez;Logroño\nRamón;Mèrida à è\n", "cp1252"),
        ("navn;by\nSøren Ærø;Årø\nBjørn à Ø;Tromsø ê\n", "cp1252"),
        ("Kundë;Qytet\nÇelësi;Korçë ç ë\n", "cp1250"),
        ("zażółć gęślą jaźń\n", "cp1250"),
        ("příliš žluťoučký kůň úpěl ďábelské ódy\n", "cp1250"),
        ("muzicologă în bej vând whisky şi tequila, preţ fix\n", "cp1250"),
    ],
)
def test_a_code_page_is_told_by_the_letters_that_make_words(text, code_page):
    found = detect_encoding(opener(text.encode(code_page, "replace")))

    assert found == code_page


@pytest.mark.parametrize(
    ("text", "code_page"),
    [
        ("Größe;Straße\nÄpfel;süß\n", "cp1250"),
        ("José;café\n", "cp1250"),
        ("zamówień;Gdańsk\n", "cp1250"),
        ("ęśćń;ĘŚĆŃ\n", "cp1250"),
        ("cena: 5 € – „tak”\n", "cp1250"),
    ],
)
def test_where_both_pages_would_make_words_central_europe_is_taken(text, code_page):
    assert detect_encoding(opener(text.encode("cp1250"))) == code_page


@pytest.mark.parametrize(
    "text",
    [
        "order,amount\n1,£12.50\n2,£7\n",
        'order,amount\n1,"£1,234.50"\n',
        "order;amount\n1;£ 12.50\n",
        "order;amount\n1;£\u00a012.50\n",
        "order;amount\n1;£-5.00\n2;-£5.00\n3;(£5.00)\n",
        "order;amount\n1;£.50\n",
        "order;amount\n1;12.50£\n2;12.50 £\n",
        "order;amount (£)\n1;12.50\n",
        "order\tamount £\n1\t12.50\n",
        "order;currency;amount\n1;£;12.50\n",
        "order;amount\n1;£5",
        "order;amount\n1;5 £",
        "order;note;amount\n1;café £5 réduit;£5\n",
    ],
)
def test_a_pound_where_money_stands_is_western(text):
    data = text.encode("cp1252")

    found = detect_encoding(opener(data))

    assert found == "cp1252"
    with read_text(opener(data), found) as file:
        assert file.read() == text


@pytest.mark.parametrize(
    "text",
    [
        "customer;city\nŁukasz;Warszawa\n",
        "customer;city\nAnna;Łomża\nJan;Łask\n",
        "customer\nŁ. Nowak\n",
        "customer\nŁ Nowak\n",
        "customer\nPAWEŁ\nMICHAŁ;1\n",
        "size;price\nDŁ500;12\n",
        "name;amount\nŁukasz;5\nŁ. Nowak;12,50\n",
        "name;code\nŁukasz Wróbel;Ł5\nŻaneta Gęś;Ł6\n",
        "name;code\nŁucja;Ł5\nMałgorzata;x\nWałęsa;y\n",
    ],
)
def test_the_same_byte_inside_words_is_a_polish_letter(text):
    data = text.encode("cp1250")

    found = detect_encoding(opener(data))

    assert found == "cp1250"
    with read_text(opener(data), found) as file:
        assert file.read() == text


def test_pounds_are_told_where_the_file_is_read_in_pieces_and_packed():
    line = "17,Bowl,£12.50\n"
    data = ("id,name,amount\n" + line * 150_000).encode("cp1252")

    assert len(data) > 2 << 20
    assert detect_encoding(opener(data)) == detect_encoding(opener(packed(data))) == "cp1252"
    assert rows(data)[-1] == ["17", "Bowl", "£12.50"]


@pytest.mark.parametrize(
    "text",
    [
        "Straße;Gdańsk\n",
        "Groß;Weiß;Poznań\n",
        "Kôň;Tatranská Štrba;rôzne;Gdańsk\n",
        "Straße 1;Toruń\nStraße 2;Toruń\nStraße 3;Toruń\n",
    ],
)
def test_letters_that_stand_in_both_pages_alike_decide_nothing(text):
    data = text.encode("cp1250")

    assert detect_encoding(opener(data)) == "cp1250"


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-le"])
def test_a_packed_file_is_told_like_the_plain_one(language, codec):
    data = TEXTS[language].encode(codec)

    assert detect_encoding(opener(packed(data))) == detect_encoding(opener(data))


@pytest.mark.parametrize("codec", ["cp1250", "utf-8"])
def test_letters_far_behind_the_sample_still_decide(codec):
    head = b"a;b\n" + b"1;2\n" * (SAMPLE_BYTES // 4 + 10)
    data = head + "Łukasz;Żółć\n".encode(codec)

    found = detect_encoding(opener(data))

    assert found == ("utf-8-sig" if codec == "utf-8" else "cp1250")
    assert rows(data)[-1] == ["Łukasz", "Żółć"]


def test_a_letter_cut_by_the_sample_is_no_reason_to_take_a_code_page():
    data = b"x" * (SAMPLE_BYTES - 1) + "ł;b\n".encode()

    assert detect_encoding(opener(data)) == "utf-8-sig"


def test_a_letter_cut_by_the_end_of_the_file_is():
    data = "Żółć;Łódź;ł".encode()[:-1]

    assert detect_encoding(opener(data)) in {"cp1250", "cp1252"}


def test_one_broken_byte_makes_a_file_not_utf8():
    data = "Łukasz;".encode() + b"\xff" + b";x\n"

    assert detect_encoding(opener(data)) != "utf-8-sig"


@pytest.mark.parametrize(
    ("codec", "mark"),
    [("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE)],
)
def test_the_mark_is_no_part_of_the_first_header(codec, mark):
    data = mark + "order_id;ż\n1;2\n".encode(codec)

    assert rows(data)[0] == ["order_id", "ż"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_without_a_mark_keeps_its_first_letter(encoding):
    data = "order_id;amount\n1;2\n".encode(encoding)

    with read_text(opener(data), encoding) as text:
        assert text.read(8) == "order_id"


@pytest.mark.parametrize("data", [b"", b"   ", b"\r\n\r\n", b"\t\n", packed(b""), packed(b"\n")])
def test_an_empty_file_is_refused(data):
    with pytest.raises(FileRefused) as refused:
        detect_encoding(opener(data))

    assert refused.value.code == "empty_file"


@given(st.binary(max_size=400))
def test_any_bytes_have_an_encoding_or_are_refused(data):
    result = outcome(detect_encoding, opener(data))

    assert result in {*ENCODINGS, "empty_file", "not_csv", "broken_gzip"}


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(["Łódź", "Gdańsk", "Żółć", "Kraków", "Wałęsa"]), min_size=1),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250"]),
)
def test_polish_words_come_back_from_any_encoding(words, codec):
    data = ("miasto;x\r\n" + "".join(f"{word};1\r\n" for word in words)).encode(codec)

    assert rows(data)[1:] == [[word, "1"] for word in words]
