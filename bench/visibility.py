"""What the wall costs: `python -m bench.visibility ADDRESS [COUNT]`, in an empty PostgreSQL database.

A million referrals invented from a seed are laid out, each with its person and its link; the inbox of a partner, the
portfolio of an adviser, a person's page and their history are then asked for by the filter alone (a login that no
policy holds) and behind the wall (the application's role), in turns. The ratio is of the 99th percentiles.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

COUNT, TURNS, ASKED = 1_000_000, 5, 300
ADVISERS, PARTNERS, SITES = 2_500, 1_000, 3
AT, ON = datetime(2026, 3, 2, 9, tzinfo=UTC), date(2026, 3, 2)
MOST = 1.15
LAY_OUT = """
INSERT INTO people_person (id, lead_organisation, lead_site, lead_adviser, given_name, family_name, municipality,
    telephone, email, prefers_to_be_called, no_voicemail, language, needs_interpreter, external_id_sealed,
    external_id_hash, qualification, occupation, themes, last_contact_on, created_at, version)
SELECT gen_random_uuid(), 'agency-' || n %% 500, NULL, lpad(to_hex(n %% {advisers}), 32, '0')::uuid, 'Prénom' || n,
    'Nom' || n %% 20000, '36018', '', '', false, false, 'fr', false, '', '', '', '', '[]', '2026-01-01', now(), 1
FROM generate_series(1, {count}) n;
INSERT INTO people_link (id, person_id, kind, subject, lead_organisation, lead_adviser, organisation, site, agreement,
    article, passed_fields, passes_health, opened_at, closed_at)
SELECT gen_random_uuid(), id, 'REFERRAL', gen_random_uuid(), lead_organisation, lead_adviser, 'partner-' || n %% {partners},
    lpad(to_hex(n %% {partners} * 10 + n %% {sites}), 32, 'a')::uuid, '2024-x', '1', '["family_name"]', false,
    timestamp '2026-01-01' + n * interval '1 second', CASE WHEN n %% 5 > 0 THEN now() END
FROM (SELECT *, row_number() OVER (ORDER BY family_name, id) n FROM people_person) people;
INSERT INTO referrals_referral (id, person, sender_organisation, sender_membership, chain, why, wish, is_walk_in, made_at)
SELECT subject, person_id, lead_organisation, lead_adviser, subject, '', '', false, opened_at FROM people_link;
INSERT INTO referrals_uptake (id, referral_id, person, sender_organisation, sender_membership, service, service_name,
    recipient_organisation, recipient_site, access_point, channel, basis, agreement, article, clause, version, department,
    state, turn, sequence, is_open, is_reported, is_walk_in, since, due_on, sent_on, absence_count, outcome_known,
    outcome_positive)
SELECT gen_random_uuid(), subject, person_id, lead_organisation, lead_adviser, 's', 'Service', organisation, site, '',
    'INBOX', 'AGREEMENT', '2024-x', '1', 'c', 'v', '36', CASE WHEN closed_at IS NULL THEN 'SENT' ELSE 'COMPLETED' END,
    CASE WHEN closed_at IS NULL THEN 'RECIPIENT' ELSE 'NOBODY' END, 1, closed_at IS NULL, false, false, opened_at::date,
    opened_at::date + 10, opened_at::date, 0, false, false FROM people_link;
"""


def main(address: str, count: int) -> int:
    """Lay the world out when the database is empty, measure, print a table; 1 when the wall costs too much."""
    os.environ.update(DATABASE_URL=address, DJANGO_SETTINGS_MODULE="maillage.config.settings")
    import django  # noqa: PLC0415 (the settings are read from the environment set above)

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    lay_out(count)
    worst = 0.0
    print(f"{count:,} referrals; {TURNS} x {ASKED} questions of each kind")
    print(f"{'question':<22} {'filter ms':>10} {'wall ms':>10} {'ratio p99':>10} {'ratio p50':>10}")
    for name, ask in questions().items():
        alone, behind = in_turns(ask)
        ratio = percentile(behind, 99) / percentile(alone, 99)
        middle = statistics.median(behind) / statistics.median(alone)
        worst = max(worst, ratio)
        print(
            f"{name:<22} {percentile(alone, 99):>10.2f} {percentile(behind, 99):>10.2f} {ratio:>10.2f} {middle:>10.2f}"
        )
    return 0 if worst <= MOST else 1


def lay_out(count: int) -> None:
    """Fill the empty tables by statements of the database itself."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM people_person)")
        if cursor.fetchone()[0]:
            return
        text = LAY_OUT.format(count=count, advisers=ADVISERS, partners=PARTNERS, sites=SITES)
        for statement in text.replace("%%", "%").split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        cursor.execute("ANALYZE")


def questions() -> dict[str, Callable[[int], tuple[object, Callable[[], object]]]]:
    """Give, for each question, who asks and what is asked, for the n-th time."""
    from maillage.apps.people.models import Link, Person  # noqa: PLC0415
    from maillage.apps.people.walls import visible_to  # noqa: PLC0415
    from maillage.apps.referrals.models import Uptake  # noqa: PLC0415

    def seen(model: type, table: str, actor: object):  # noqa: ANN202 (a queryset of any of three models)
        return model.objects.filter(visible_to(table, actor, on=ON))

    def inbox(n: int) -> tuple[object, Callable[[], object]]:
        who = partner(n)
        rows = seen(Uptake, "referrals_uptake", who).filter(
            recipient_organisation=who.organisation, recipient_site=who.site, turn="RECIPIENT"
        )
        return who, lambda: list(rows.order_by("due_on")[:50])

    def portfolio(n: int) -> tuple[object, Callable[[], object]]:
        who = adviser(n)
        rows = seen(Person, "people_person", who).filter(lead_adviser=who.membership)
        return who, lambda: list(rows.order_by("family_name")[:50])

    people = list(Link.objects.filter(closed_at=None).values_list("person_id", "organisation", "site")[:ASKED])

    def page(n: int) -> tuple[object, Callable[[], object]]:
        person, organisation, site = people[n % len(people)]
        who = partner(0, organisation, site)
        return who, lambda: list(seen(Person, "people_person", who).filter(pk=person))

    def history(n: int) -> tuple[object, Callable[[], object]]:
        person, organisation, site = people[n % len(people)]
        who = partner(0, organisation, site)
        return who, lambda: list(seen(Uptake, "referrals_uptake", who).filter(person=person))

    return {"inbox": inbox, "portfolio": portfolio, "person's page": page, "history": history}


def adviser(n: int):  # noqa: ANN201 (the domain is imported once Django is set up)
    from maillage.domain.accounts import Actor, Role  # noqa: PLC0415

    membership = UUID(int=n % ADVISERS)
    return Actor(uuid4(), "Amel", membership, Role.ADVISER, f"agency-{n % ADVISERS % 500}")


def partner(n: int, organisation: str = "", site: UUID | None = None):  # noqa: ANN201 (as above)
    from maillage.domain.accounts import Actor, Role  # noqa: PLC0415

    if not organisation:
        number = n * 5 % PARTNERS  # one link in five is open
        organisation = f"partner-{number}"
        site = UUID(f"{number * 10 + number % SITES:x}".rjust(32, "a"))
    return Actor(uuid4(), "Bruno", uuid4(), Role.PARTNER_ADVISER, organisation, site)


def in_turns(ask: Callable[[int], tuple[object, Callable[[], object]]]) -> tuple[list[float], list[float]]:
    """Time the same questions without the wall and behind it, one after the other so that the machine is the same."""
    from django.db import connection, transaction  # noqa: PLC0415

    from maillage.apps.people.acting import as_actor  # noqa: PLC0415

    alone: list[float] = []
    behind: list[float] = []
    for turn in range(TURNS + 1):
        for n in range(ASKED):
            who, work = ask(n)
            # Each goes first every other time: the second finds the pages of the database warm.
            for is_walled in (n % 2 == turn % 2, n % 2 != turn % 2):
                with as_actor(who, on=ON) if is_walled else transaction.atomic():
                    timed(lambda: connection.cursor().execute("SELECT 1"))  # the transaction begins before the clock
                    taken = timed(work)
                if turn:  # the first turn warms the caches
                    (behind if is_walled else alone).append(taken)
    return alone, behind


def timed(work: Callable[[], object]) -> float:
    """Give the milliseconds of one question."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def percentile(values: list[float], rank: int) -> float:
    """Give a percentile of the times."""
    return sorted(values)[min(len(values) - 1, len(values) * rank // 100)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else COUNT))
