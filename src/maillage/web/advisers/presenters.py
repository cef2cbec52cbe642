"""The page of the answer: a sentence first, the doors to try, what to ask, then everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.apps.eligibility.queries import Answer, Door
from maillage.domain.eligibility import Question
from maillage.domain.people import PersonFacts
from maillage.engine.wording import BARRIER_LABELS, GROUP_LABELS, day_in_words, listed
from maillage.web.advisers.addresses import address, changed, hidden_fields
from maillage.web.advisers.doors import DoorView, Showing, markers_of, numbers_of
from maillage.web.advisers.forms import JOBSEEKERS, STATUSES, YES_NO, QuestionForm
from maillage.web.components import maps, needs, sentences
from maillage.web.components.languages import current_language
from maillage.web.components.links import Link
from maillage.web.components.maps import Drawing

SHOWN, SHOWN_AT_MOST = 30, 200
FIRST_ROWS = 8
ASKED_AT_MOST = 2
FIELDS = {
    "age": "age",
    "registered": "registered",
    "registered_for_months": "months",
    "target_group": "group",
    "barrier": "barrier",
    "boe": "boe",
    "minimum_income": "minimum_income",
    "priority_neighbourhood": "priority_neighbourhood",
    "qualification": "qualification",
    "occupation": "occupation",
}
"""The field of the form that answers each fact of the condition language."""


@dataclass(frozen=True)
class Ask:
    """A question that would settle doors: links when yes or no answer it, else a small form."""

    fact: str
    words: str
    links: tuple[Link, ...]
    field: BoundField
    has_options: bool
    hidden: tuple[tuple[str, str], ...]
    skip: Link


@dataclass(frozen=True)
class AnswerPage:
    """All that the page of the answer shows."""

    id: str
    headline: str
    facts: tuple[str, ...]
    day: str
    is_today: bool
    edit_address: str
    today_address: str
    best: tuple[DoorView, ...]
    asks: tuple[Ask, ...]
    open: tuple[DoorView, ...]
    rest: tuple[DoorView, ...]
    rest_title: str
    unknown: tuple[DoorView, ...]
    closed: tuple[DoorView, ...]
    open_title: str
    unknown_title: str
    closed_title: str
    more: Link | None
    filters: tuple[Link, ...]
    drawing: Drawing | None
    home_name: str
    home_code: str
    start: str
    provenance: str
    has_demonstration: bool


def page_of(answer: Answer, form: QuestionForm, query: QueryDict, now: datetime) -> AnswerPage:
    """Put an answer in words; ``query`` is the question as an address, ``now`` is in the time of the place."""
    question = answer.question
    numbers = numbers_of(answer.open)
    showing = Showing(question.on, now, numbers, question.person.municipality)
    everything = (*answer.open, *answer.unknown, *answer.closed)
    start = question.person.point or answer.home.point
    listed_doors = tuple(showing.view(door) for door in answer.open)
    rest = listed_doors[FIRST_ROWS:]
    return AnswerPage(
        id=answer.id,
        headline=headline(answer.open_count, answer.unknown_count, answer.home.name),
        facts=facts_said(question),
        day=day_in_words(question.on, current_language()),
        is_today=showing.is_today,
        edit_address=address("question", changed(query, without=("show", "skip", "shown"))),
        today_address=address("answer", changed(query, without=("on",))),
        best=tuple(showing.view(door) for door in answer.best),
        asks=asks_of(answer, form, query),
        open=listed_doors[:FIRST_ROWS],
        rest=rest,
        rest_title=ngettext("Voir la porte suivante", "Voir les %(count)s portes suivantes", len(rest))
        % {"count": len(rest)},
        unknown=tuple(showing.view(door) for door in answer.unknown),
        closed=changeable_first(showing.view(door, with_status=False) for door in answer.closed),
        open_title=open_title(answer),
        unknown_title=unknown_title(answer),
        closed_title=closed_title(answer),
        more=more_of(answer, query),
        filters=filters_of(answer, query),
        drawing=maps.draw(answer.home, markers_of(numbers), question.person.point),
        home_name=answer.home.name,
        home_code=answer.home.code,
        start=f"{start.latitude},{start.longitude}" if start else "",
        provenance=provenance_of(everything),
        has_demonstration=any(is_demonstration(door) for door in everything),
    )


def headline(open_count: int, unknown_count: int, name: str) -> str:
    """Say what was found: « 3 portes ouvertes près du Blanc, 2 à vérifier »."""
    found = ngettext("%(count)s porte ouverte %(near)s", "%(count)s portes ouvertes %(near)s", open_count)
    if not open_count:
        found = _("Aucune porte ouverte %(near)s")
    said = found % {"count": open_count, "near": sentences.near(name)}
    return said + (_(", %(count)s à vérifier") % {"count": unknown_count} if unknown_count else "")


def changeable_first(doors: Iterable[DoorView]) -> tuple[DoorView, ...]:
    """Put first the closed doors that something would open, each part in the order of the answer."""
    return tuple(sorted(doors, key=lambda door: not door.changes))


def facts_said(question: Question) -> tuple[str, ...]:
    """Say back what is known of the person, so that it can be checked with them."""
    person, language = question.person, current_language()
    said: list[str] = []
    if person.age is not None:
        said.append(ngettext("%(count)s an", "%(count)s ans", person.age) % {"count": person.age})
    said += _statuses_said(person)
    if person.registered_for_months is not None:
        said.append(_("inscrite depuis %(count)s mois") % {"count": person.registered_for_months})
    if person.target_groups is not None:
        labels = GROUP_LABELS[language]
        names = [labels[code] for code in labels if code in person.target_groups]
        said += names or [_("aucune des autres situations")]
    if person.barriers is not None:
        hindrances = [label for code, label in BARRIER_LABELS[language].items() if code in person.barriers]
        said.append(_("gênée par %(what)s") % {"what": listed(hindrances, language, "and")} if hindrances else "")
    if question.themes:
        said.append(_("besoins : %(needs)s") % {"needs": ", ".join(map(needs.label_of, question.themes))})
    return tuple(one for one in said if one)


def _statuses_said(person: PersonFacts) -> list[str]:
    words = {
        "registered": (_("inscrite à France Travail"), _("pas inscrite à France Travail")),
        "boe": (_("relève de l’obligation d’emploi"), _("ne relève pas de l’obligation d’emploi")),
        "minimum_income": (_("touche un revenu minimum"), _("ne touche pas de revenu minimum")),
        "priority_neighbourhood": (_("habite un quartier prioritaire"), _("n’habite pas un quartier prioritaire")),
    }
    known = [(name, getattr(person, name)) for name in STATUSES]
    return [words[name][0 if value else 1] for name, value in known if value is not None]


def asks_of(answer: Answer, form: QuestionForm, query: QueryDict) -> tuple[Ask, ...]:
    """Make the questions that would settle doors; one that was passed over is not asked again."""
    skipped = query.getlist("skip")
    facts = [fact for fact in answer.asks if fact in FIELDS and fact not in skipped]
    return tuple(ask_of(fact, form, query) for fact in facts[:ASKED_AT_MOST])


def ask_of(fact: str, form: QuestionForm, query: QueryDict) -> Ask:
    """Make one question, with where each answer leads."""
    name = FIELDS[fact]
    bound = QuestionForm(initial=initial_of(form))[name]
    truths = [(value, str(words)) for value, words in YES_NO[:2]] if name in STATUSES else []
    links = tuple(Link(words, address("answer", changed(query, **{name: value}))) for value, words in truths)
    skip = changed(query, skip=[*query.getlist("skip"), fact])
    return Ask(
        fact=fact,
        words=str(bound.label),
        links=links,
        field=bound,
        has_options=name in {"group", "barrier"},
        hidden=hidden_fields(query, without=(name,)),
        skip=Link(_("Je ne sais pas"), address("answer", skip)),
    )


def initial_of(form: QuestionForm) -> dict[str, list[str]]:
    """Tick beforehand what another answer implies: someone registered counts among jobseekers."""
    return {"group": [JOBSEEKERS]} if form.cleaned_data["registered"] == "yes" else {}


def filters_of(answer: Answer, query: QueryDict) -> tuple[Link, ...]:
    """List the needs by which the doors can be narrowed: those asked about, else those that the doors serve."""
    current = query.get("show", "")
    asked = query.getlist("theme")
    served = needs.families_of(theme for door in answer.open for theme in door.service.themes)
    codes = asked or ([current] if current else list(served))
    if len(codes) < 2 and not current:
        return ()
    everything = Link(_("Tous les besoins"), address("answer", changed(query, without=("show",))), not current)
    return (
        everything,
        *(Link(needs.label_of(code), address("answer", changed(query, show=code)), code == current) for code in codes),
    )


def more_of(answer: Answer, query: QueryDict) -> Link | None:
    """Lead to a longer list when some doors are not shown."""
    longest = max(answer.open_count, answer.unknown_count, answer.closed_count)
    shown = max(len(answer.open), len(answer.unknown), len(answer.closed))
    if shown >= min(longest, SHOWN_AT_MOST):
        return None
    following = min(longest, shown * 3, SHOWN_AT_MOST)
    return Link(
        _("Allonger les listes : jusqu’à %(count)s portes") % {"count": following},
        address("answer", changed(query, shown=str(following))),
    )


def open_title(answer: Answer) -> str:
    """Title the list of open doors; say when it is not whole."""
    if len(answer.open) < answer.open_count:
        return _("Les %(shown)s premières portes ouvertes, sur %(count)s") % {
            "shown": len(answer.open),
            "count": answer.open_count,
        }
    return _("Toutes les portes ouvertes")


def unknown_title(answer: Answer) -> str:
    """Title the doors that hang on something unknown."""
    return _("À vérifier (%(count)s)") % {"count": answer.unknown_count}


def closed_title(answer: Answer) -> str:
    """Title the closed doors with what they are listed for."""
    return _("Ce qui est fermé, et ce qui le changerait (%(count)s)") % {"count": answer.closed_count}


def is_demonstration(door: Door) -> bool:
    """Tell whether a record was invented to show the product."""
    place = door.access_point
    return door.service.provenance.is_demonstration or bool(place and place.provenance.is_demonstration)


def provenance_of(doors: Iterable[Door]) -> str:
    """Say where the records come from and how old they are: « France services (3 octobre 2026) »."""
    newest: dict[str, date | None] = {}
    for door in doors:
        origin = door.access_point.provenance if door.access_point else door.service.provenance
        if origin.is_demonstration or not door.access_point:
            continue  # marked as such where it is shown; a service without a place comes from a text, cited with it
        known = newest.get(origin.source)
        newest[origin.source] = max(filter(None, (known, origin.dated_on)), default=None)
    said = [
        sentences.SOURCES.get(source, source) + (f" ({day_in_words(day, current_language())})" if day else "")
        for source, day in sorted(newest.items())
    ]
    return ", ".join(said)
