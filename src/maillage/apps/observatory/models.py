"""Published series, kept as they were published: a file is never rewritten, a newer one comes beside it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class UnemploymentSeries(models.Model):
    """One publication of the quarterly rates of unemployment by department.

    ``vintage`` is its last quarter (``2025-T3``): each publication revises the earlier quarters. ``published_on`` is
    the day that the publisher says, when the file says it.
    """

    vintage = models.CharField(max_length=7)
    source = models.CharField(max_length=100)
    published_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["vintage", "recorded_at"], name="observatory_vintage")]

    def __str__(self) -> str:
        return f"{self.source} {self.vintage}"


class UnemploymentRate(models.Model):
    """The rate of one department in one quarter, in hundredths, as one series gives it."""

    series = models.ForeignKey(UnemploymentSeries, on_delete=models.CASCADE)
    department = models.CharField(max_length=3)
    quarter = models.CharField(max_length=7)
    percent = models.FloatField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="a_rate_is_between_0_and_100_percent"
            ),
            models.UniqueConstraint(
                fields=["series", "department", "quarter"], name="a_series_gives_one_rate_a_quarter"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.quarter} {self.percent}"
