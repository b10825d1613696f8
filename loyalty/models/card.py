from django.core.validators import RegexValidator
from django.db import models

from customers.models import Customer


class MemberCard(models.Model):
    """A customer's number to show at the till: ten random digits and a check digit.

    A card that was replaced has `ended_at`; its number finds nobody any more and is never given
    again. After two files become one, both cards find the customer.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="cards")
    number = models.CharField(
        max_length=11, unique=True, validators=[RegexValidator(r"^[0-9]{11}$")]
    )
    issued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("issued_at")),
                name="loyalty_card_ends_after_issue",
            ),
        ]

    def __str__(self) -> str:
        return self.number
