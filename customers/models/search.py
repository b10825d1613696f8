from django.db import models


class SearchWord(models.Model):
    """A word of some customer's name, folded: the vocabulary in which typos are looked up.

    It says that somebody bears the name, not who. `services.search` adds words; a daily job
    drops those that nobody bears any more.
    """

    word = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.word


class SearchVariant(models.Model):
    """The number of a word, or of the word with one letter left out: words that share one may
    be a typo apart (`customers.rules.search_words.variants`)."""

    variant = models.BigIntegerField()
    word = models.ForeignKey(SearchWord, models.CASCADE, related_name="variants")

    class Meta:
        indexes = [models.Index(fields=["variant"], name="search_by_variant")]

    def __str__(self) -> str:
        return str(self.variant)
