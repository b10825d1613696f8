"""Text folds in the database as it folds in Python, whichever database it is."""

import pytest
from django.db import connection
from django.db.models import Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.text import fold
from customers.folding import Fold
from customers.models import Customer
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db

NASTY = {
    "polish": "Zażółć gęślą jaźń ZAŻÓŁĆ GĘŚLĄ JAŹŃ",
    "czech": "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "romanian": "Ștefan Țiriac ŞŢ șț",
    "german": "Größe STRASSE Straße ẞ",
    "french": "Œuvre élève garçon naïve",
    "nordic": "Ærø Øresund Þórr ðæð Ångström",
    "croatian": "Đorđe đak",
    "hungarian": "Árvíztűrő tükörfúrógép",
    "turkish": "İstanbul ISPARTA ılık",
    "vietnamese": "Nguyễn Thị Hường",
    "russian": "Ёлка Йод щёлкать",
    "ukrainian": "Їжак Ґанок Єва",
    "greek": "ΟΔΥΣΣΕΥΣ Ὀδυσσεύς ς σ",
    "hebrew": "שָׁלוֹם עוֹלָם",
    "arabic": "مُحَمَّد عَلِيّ",
    "hindi": "हिन्दी नमस्ते",
    "thai": "กรุงเทพฯ น้ำ",
    "korean": "한국어 김철수",
    "japanese": "がぎぐげご パピプペポ 田中",
    "chinese": "王小明 李",
    "decomposed": "Z\u0307o\u0301\u0142c\u0301",
    "ligature": "ﬁnale ﬂut ﬀ",
    "full width": "ＡＢＣ ａｂｃ １２３",
    "roman": "Ⅷ ⅷ",
    "circled": "① ⓐ Ⓐ",
    "fraction": "½ ¼ ²",
    "long s": "ſinn Waſſer",
    "titlecase": "ǅ ǆ Ǆ",
    "micro": "µm μm",
    "kelvin": "K Å Ω",
    "double marks": "a\u0301\u0308\u0323 ộ",
    "marks alone": "\u0301\u0308",
    "telephone": "℡ ㎏ ㏂",
    "iota below": "ᾳ ᾼ ῃ",
    "stroke and mark": "ǿ ǽ Ǿ",
    "armenian": "և ԵՒ",
    "emoji": "Anna 👩‍👩‍👧 🇵🇱",
    "white space": "  a\t\tb\n\nc\u00a0\u00a0d\u2003e\u3000f  ",
    "invisible": "a\u200bb\u200ec\u202ed\u2066e\ufefff",
    "ascii": "Plain ASCII, 100% & \\ ' \" _ text",
    "spaces": "   ",
    "empty": "",
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_a_text_folds_alike(text):
    CustomerFactory(city="x")

    assert Customer.objects.values_list(Fold(Value(text)), flat=True).get() == fold(text)


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_a_folded_text_folds_to_itself(text):
    CustomerFactory(city="x")
    once = fold(text)

    assert fold(once) == once
    assert Customer.objects.values_list(Fold(Value(once)), flat=True).get() == once


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(st.characters(max_codepoint=0x24F, exclude_characters="\0"), max_size=30))
def test_any_latin_text_folds_alike(text):
    assert in_database(text) == fold(text)


def in_database(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT perennial_fold(%s)", [text])
        return cursor.fetchone()[0]


def test_nothing_folds_to_nothing():
    assert in_database(None) is None
