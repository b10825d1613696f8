"""Chainable reads of templates, their versions, and of mails that came in."""

from typing import Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model, covariant=True)


class TemplateQuerySet(models.QuerySet[Row]):
    """Templates, also those put away."""

    def kept(self) -> Self:
        """Templates that are not put away."""
        return self.filter(archived_at=None)


class TemplateVersionQuerySet(models.QuerySet[Row]):
    """Versions, drafts too."""

    def published(self) -> Self:
        """What may be sent."""
        return self.exclude(published_at=None)

    def drafts(self) -> Self:
        """What may still be changed."""
        return self.filter(published_at=None, used_at=None)


class IncomingMailQuerySet(models.QuerySet[Row]):
    """Mails that came in."""

    def unsorted(self) -> Self:
        """Mails that nobody could be found for, oldest first: they wait for a person."""
        return self.filter(place="unsorted").order_by("received_at", "pk")

    def set_aside(self) -> Self:
        """Automatic mails, reports, loops, and what a person put aside; newest first."""
        return self.filter(place="set_aside").order_by("-received_at", "-pk")

    def of_customer(self, customer_pk: int) -> Self:
        """What one customer wrote, newest first."""
        return self.filter(customer=customer_pk).order_by("-received_at", "-pk")


class SenderQuerySet(models.QuerySet[Row]):
    """Senders, also those put away."""

    def kept(self) -> Self:
        """Senders that are not put away."""
        return self.filter(archived_at=None)


class DomainLimitQuerySet(models.QuerySet[Row]):
    """Limits of domains, also those removed."""

    def kept(self) -> Self:
        """Limits that hold."""
        return self.filter(removed_at=None)
