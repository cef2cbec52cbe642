"""The page of rates: a sentence, what fell and why, who is late, then the chart and the tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.apps.accounts.queries import find_site
from maillage.apps.agreements.queries import agreements_in
from maillage.apps.catalogue.queries import find_access_point
from maillage.apps.referrals.endings import Ending, endings
from maillage.apps.referrals.rates import COUNTS, Cohort, Cut, Fall, Late, Rates, fallen, former, late, rates, visits
from maillage.apps.territories.queries import geography
from maillage.domain.accounts import Actor
from maillage.domain.territories import TerritoryKind, TerritoryRef
from maillage.engine.wording import GROUP_LABELS, day_in_words
from maillage.web.accounts.own import organisation_name
from maillage.web.components.languages import current_language
from maillage.web.figures.charts import Bar, Chart
from maillage.web.partners.wording import HELP, capital, reason_of
from maillage.web.steering.asking import NARROWED, Asked
from maillage.web.steering.wording import COLUMNS, SHARES

FALLS_SHOWN = 5


@dataclass(frozen=True)
class Row:
    """A line of the table: its name, where it leads, and a text for each column."""

    name: str
    address: str
    sent: str
    cells: tuple[tuple[str, str, str], ...]
    median: str


@dataclass(frozen=True)
class Found:
    """What is read of a question: the cohort and the one before, cut alike, and what ended in each."""

    asked: Asked
    cohort: Cohort
    now: tuple[Rates, ...]
    before: tuple[Rates, ...]
    endings: tuple[Ending, ...]
    late: tuple[Late, ...]


def read(actor: Actor, asked: Asked, *, today: date) -> Found:
    """Read all that a page of rates shows.

    Raises:
        NotPermitted: the role reads no rates.
    """
    cohort = asked.cohort(today=today)
    return Found(
        asked,
        cohort,
        rates(actor, cohort, asked.cut),
        rates(actor, former(cohort), asked.cut),
        endings(actor, cohort),
        late(actor, on=today),
    )


def name_of(cut: Cut, name: str, *, on: date) -> str:
    """Name a cell as people do."""
    if cut is Cut.AGREEMENT:
        agreement = agreements_in().agreements.find(name)
        return agreement.title if agreement else name
    if cut is Cut.TERRITORY:
        return geography().name_of(TerritoryRef(TerritoryKind.DEPARTMENT, name))
    if cut is Cut.TARGET_GROUP:
        return capital(GROUP_LABELS[current_language()].get(name, name))
    if cut is Cut.ACCESS_POINT:
        point = find_access_point(name, on=on)
        return point.name if point else name
    return organisation_name(name, on=on)


def percent(share: float | None) -> str:
    """Write a share; a dash where it is hidden."""
    return "–" if share is None else _("%(number)s\u00a0%%") % {"number": round(share * 100)}


def period_of(cohort: Cohort) -> str:
    """Say the days of a cohort."""
    language = current_language()
    last = cohort.end - timedelta(days=1)
    return _("du %(start)s au %(end)s") % {
        "start": day_in_words(cohort.start, language),
        "end": day_in_words(last, language),
    }


def headline_of(whole: Rates) -> str:
    """Say what became of the sent, in a sentence."""
    if whole.sent is None:
        return _("Moins de cinq demandes adressées : trop peu pour des taux.")
    said = {"sent": whole.sent, "share": percent(whole.share("received"))}
    if whole.received is None:
        return _("%(sent)s demandes adressées ; trop peu de rencontres pour en donner la part.") % said
    return _("Sur %(sent)s demandes adressées, %(share)s ont mené à une rencontre.") % said


def under_headline(whole: Rates) -> str:
    """Say how fast, and how many are still awaited."""
    said = []
    if whole.median_days is not None:
        days = f"{whole.median_days:g}".replace(".", "," if current_language() == "fr" else ".")
        said.append(_("La première rencontre a lieu en %(days)s jours pour la moitié.") % {"days": days})
    if whole.still_open:
        said.append(
            ngettext("%(count)s est encore en cours.", "%(count)s sont encore en cours.", whole.still_open)
            % {"count": whole.still_open}
        )
    return " ".join(said)


def falls_of(found: Found) -> list[tuple[str, str]]:
    """Say which rates fell since the weeks before, the worst first, each with where."""
    return [_fall(found, one) for one in fallen(found.before, found.now)[:FALLS_SHOWN]]


def _fall(found: Found, one: Fall) -> tuple[str, str]:
    where = name_of(found.asked.cut, one.name, on=found.cohort.end) if one.name else _("En tout")
    words = {"what": COLUMNS[one.count], "now": percent(one.now), "before": percent(one.before)}
    return _("%(what)s : %(now)s, au lieu de %(before)s") % words, where


def reasons_of(found: Found) -> list[tuple[str, str, str]]:
    """Say why requests came to nothing: the reason, how often, how often before."""
    return [(capital(reason_of(one.reason)), _shown(one.count), _shown(one.before)) for one in found.endings]


def _shown(count: int | None) -> str:
    return _("peu") if count is None else str(count)


def late_of(found: Found, *, today: date) -> list[tuple[str, str]]:
    """Say who is late, and since when."""
    language = current_language()
    said = []
    for one in found.late:
        site = find_site(one.site) if one.site else None
        name = organisation_name(one.organisation, on=today) + (f", {site.name}" if site else "")
        words = ngettext(
            "%(count)s demande, attendue depuis le %(day)s", "%(count)s demandes, la première attendue depuis le %(day)s",
            one.count,
        )  # fmt: skip
        said.append((name, words % {"count": one.count, "day": day_in_words(one.oldest_due_on, language)}))
    return said


def rows_of(found: Found) -> list[Row]:
    """Write the lines of the table: each part, then the whole."""
    whole, *cells = found.now
    return [*(_row(found, one) for one in cells), _row(found, whole)]


def _row(found: Found, one: Rates) -> Row:
    field = NARROWED.get(found.asked.cut)
    address = found.asked.address(**{field: one.name}) if field and one.name else ""
    return Row(
        name_of(found.asked.cut, one.name, on=found.cohort.end) if one.name else _("En tout"),
        address,
        "–" if one.sent is None else str(one.sent),
        tuple((str(COLUMNS[count]), *_cell(one, count)) for count in COUNTS),
        "–" if one.median_days is None else f"{one.median_days:g}",
    )


def _cell(one: Rates, count: str) -> tuple[str, str]:
    number = getattr(one, count)
    return ("–", "") if number is None else (str(number), percent(one.share(count)))


def chart_of(found: Found) -> Chart:
    """Draw what became of the sent, the weeks before above; what is hidden is not drawn."""
    bars = []
    for count, words in SHARES.items():
        for series, whole in ((_("avant"), found.before[0]), (_("maintenant"), found.now[0])):
            share = whole.share(count)
            if share is not None:
                bars.append(Bar(capital(str(words)), series, share, f"{percent(share)} {series}"))
    return Chart(
        _("Ce que sont devenues les demandes"),
        _("Part des demandes adressées, %(period)s, et les semaines d’avant") % {"period": period_of(found.cohort)},
        tuple(bars),
        (_("avant"), _("maintenant")),
    )


def visits_of(found: Found) -> list[tuple[str, str, str]]:
    """Say how many came to access points, by help given; nobody is named."""
    said = []
    for one in visits(start=found.cohort.start, end=found.cohort.end):
        point = find_access_point(one.access_point, on=found.cohort.end)
        helped = [f"{HELP[name]} {count}" for name, count in one.by_help.items() if count is not None]
        said.append((point.name if point else one.access_point, _visits_in_words(one.total), ", ".join(helped)))
    return said


def _visits_in_words(count: int | None) -> str:
    if count is None:
        return _("peu de visites")
    return ngettext("%(count)s visite", "%(count)s visites", count) % {"count": count}


def records_of(found: Found) -> Iterable[dict[str, object]]:
    """Write the table for a file: a count left empty is suppressed."""
    whole, *cells = found.now
    for one in (*cells, whole):
        yield {
            "name": name_of(found.asked.cut, one.name, on=found.cohort.end) if one.name else "",
            "code": one.name,
            "start": found.cohort.start.isoformat(),
            "end": found.cohort.end.isoformat(),
            "sent": one.sent,
            **{count: getattr(one, count) for count in COUNTS},
            "median_days": one.median_days,
            "is_suppressed": one.is_suppressed,
        }
