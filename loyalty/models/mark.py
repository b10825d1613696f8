from django.db import models

from customers.models import Customer


class AwardMark(models.Model):
    """The customer's purchases changed, and what they earn has not been looked at since. Written in
    the transaction that changes them. `number` grows with every change, so that one which comes
    while the work is done is not lost."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="+")
    number = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return f"purchases of {self.customer_id}"
