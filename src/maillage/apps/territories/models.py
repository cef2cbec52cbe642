"""Municipalities of the current vintage, old codes, names and contours of territories."""

from __future__ import annotations

from django.db import models

from maillage.domain.territories import TerritoryKind


class Municipality(models.Model):
    """A municipality of the current vintage, by INSEE code; an empty code of territory is none.

    ``postcodes`` are separated by spaces. ``sort_key`` is the name without accents, case or punctuation: neither
    database sorts or searches French well. ``missing_since`` is set when a newer file no longer holds it and no
    passage says where it went: it is kept until one does.
    """

    code = models.CharField(max_length=5, primary_key=True)
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=220)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    population = models.PositiveIntegerField(null=True)
    postcodes = models.CharField(max_length=400, blank=True)
    epci = models.CharField(max_length=9, blank=True)
    employment_zone = models.CharField(max_length=10, blank=True)
    local_committee = models.CharField(max_length=20, blank=True)
    arrondissement = models.CharField(max_length=10, blank=True)
    department = models.CharField(max_length=3, blank=True)
    region = models.CharField(max_length=3, blank=True)
    missing_since = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="a_point_is_on_the_globe",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Passage(models.Model):
    """A code that no longer stands alone, and the current one that stands for it."""

    old = models.CharField(max_length=5, primary_key=True)
    current = models.CharField(max_length=5)
    name = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.old} → {self.current}"


class TerritoryName(models.Model):
    """The name of a territory other than a municipality."""

    kind = models.CharField(max_length=20, choices=[(kind.value, kind.name) for kind in TerritoryKind])
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="a_territory_has_one_name")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.code} {self.name}"


class Contour(models.Model):
    """The shape of a territory on the ground, a GeoJSON surface in WGS 84."""

    territory = models.CharField(max_length=40, primary_key=True)
    geometry = models.JSONField()

    def __str__(self) -> str:
        return self.territory


class GeographyVersion(models.Model):
    """Which state of the geography the tables hold: one row.

    ``token`` changes with every change, and is random: no two states ever share one, even after a rollback.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.CharField(max_length=32)
    vintage = models.CharField(max_length=20)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="there_is_one_geography")]

    def __str__(self) -> str:
        return self.vintage


class GeographyKept(models.Model):
    """A state of the geography that an answer cited, whole and compressed, so that the answer can be given again."""

    token = models.CharField(max_length=32, primary_key=True)
    content = models.BinaryField()
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.token
