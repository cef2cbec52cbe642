"""What is kept of referrals: the request, one uptake for each recipient, its events, what came of it."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from maillage.domain.shared import MaillageError


class UptakeLogIsAppendOnly(MaillageError):
    """Somebody tried to change or remove an event of an uptake."""

    def __init__(self) -> None:
        super().__init__("The events of an uptake are append-only: record a new one that corrects the former.")


class AppendOnly(models.QuerySet[Any]):
    """Rows, to be read and added to."""

    def update(self, **_changes: Any) -> NoReturn:
        raise UptakeLogIsAppendOnly

    def delete(self) -> NoReturn:
        raise UptakeLogIsAppendOnly

    def bulk_update(self, *_arguments: Any, **_options: Any) -> NoReturn:
        raise UptakeLogIsAppendOnly


class Referral(models.Model):
    """A request about one person, the referrer's; ``why`` and ``wish`` are short and readable by the person.

    ``chain`` is one id for all that follows from a first request; ``based_on`` the uptake that this one redirects;
    ``gathering`` is common to the people sent at once to an information meeting. ``is_walk_in``: the person came
    by themselves, and an adviser confirmed it. ``person`` is an id of the people's context, kept after their data left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.UUIDField()
    sender_organisation = models.CharField(max_length=200)
    sender_site = models.UUIDField(null=True, blank=True)
    sender_team = models.UUIDField(null=True, blank=True)
    sender_membership = models.UUIDField()
    chain = models.UUIDField()
    based_on = models.ForeignKey(
        "referrals.Uptake", null=True, blank=True, on_delete=models.PROTECT, related_name="redirections"
    )
    gathering = models.UUIDField(null=True, blank=True)
    why = models.CharField(max_length=280, default="", blank=True)
    wish = models.CharField(max_length=280, default="", blank=True)
    is_walk_in = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["person", "made_at"], name="referrals_of_a_person"),
            models.Index(fields=["chain"], name="referrals_of_a_chain"),
            models.Index(fields=["gathering"], condition=Q(gathering__isnull=False), name="referrals_of_a_gathering"),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} {self.id}"


class Uptake(models.Model):
    """One recipient's part of a referral.

    ``state``, ``turn``, ``is_open`` and the days are what the events amount to, written by the use case that adds them
    and compared by a command. ``hidden_at`` is set while the recipient must not see it: a draft, one called back or
    entered in error; ``objected_at`` while the person refuses that it does; ``until`` is the first day on which it no
    longer does because nothing survives the text it was sent under. ``sequence`` is the number of the last event: a
    change is made only where it is still the one that was read. The sender's and the recipient's columns repeat the referral's, for the rule of visibility.
    ``basis`` to ``version`` say by virtue of what it was sent; ``code_digest`` is of the code on the tear-off reply.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="uptakes")
    person = models.UUIDField()
    sender_organisation = models.CharField(max_length=200)
    sender_site = models.UUIDField(null=True, blank=True)
    sender_team = models.UUIDField(null=True, blank=True)
    sender_membership = models.UUIDField()
    service = models.CharField(max_length=200)
    service_name = models.CharField(max_length=300)
    recipient_organisation = models.CharField(max_length=200)
    recipient_site = models.UUIDField(null=True, blank=True)
    recipient_team = models.UUIDField(null=True, blank=True)
    access_point = models.CharField(max_length=200, default="", blank=True)
    holder = models.UUIDField(null=True, blank=True)
    channel = models.CharField(max_length=20)
    basis = models.CharField(max_length=20)
    agreement = models.CharField(max_length=200, default="", blank=True)
    article = models.CharField(max_length=50, default="", blank=True)
    clause = models.CharField(max_length=200, default="", blank=True)
    version = models.CharField(max_length=60, default="", blank=True)
    answer_days = models.PositiveIntegerField(null=True, blank=True)
    department = models.CharField(max_length=3, default="", blank=True)
    state = models.CharField(max_length=20)
    turn = models.CharField(max_length=10)
    sequence = models.PositiveIntegerField()
    is_open = models.BooleanField(default=False)
    hidden_at = models.DateTimeField(null=True, blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    is_reported = models.BooleanField(default=False)
    is_walk_in = models.BooleanField(default=False)
    since = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    remind_on = models.DateField(null=True, blank=True)
    expire_on = models.DateField(null=True, blank=True)
    sent_on = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)
    appointment_on = models.DateField(null=True, blank=True)
    appointment_at = models.DateTimeField(null=True, blank=True)
    appointment_place = models.CharField(max_length=200, blank=True, db_default="")
    appointment_manner = models.CharField(max_length=20, blank=True, db_default="")
    expected_on = models.DateField(null=True, blank=True)
    decision_on = models.DateField(null=True, blank=True)
    rank = models.PositiveIntegerField(null=True, blank=True)
    absence_count = models.PositiveIntegerField(default=0)
    outcome_known = models.BooleanField(default=False)
    outcome_positive = models.BooleanField(default=False)
    code_digest = models.CharField(max_length=64, null=True, blank=True, unique=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["recipient_organisation", "recipient_site", "turn", "due_on"],
                condition=Q(turn="RECIPIENT"),
                name="inbox_of_a_recipient",
            ),
            models.Index(
                fields=["recipient_organisation", "appointment_on"],
                condition=Q(state="APPOINTED"),
                name="expected_by_a_recipient",
            ),
            models.Index(
                fields=["sender_organisation", "sender_site", "due_on"],
                condition=Q(turn="SENDER"),
                name="inbox_of_a_sender",
            ),
            models.Index(fields=["sender_membership", "state"], name="uptakes_of_a_sender"),
            models.Index(fields=["holder"], condition=Q(holder__isnull=False), name="uptakes_of_a_holder"),
            models.Index(fields=["person", "sent_on"], name="uptakes_of_a_person"),
            models.Index(fields=["remind_on"], condition=Q(remind_on__isnull=False), name="uptakes_to_remind"),
            models.Index(fields=["expire_on"], condition=Q(expire_on__isnull=False), name="uptakes_to_expire"),
            models.Index(fields=["agreement", "sent_on"], name="uptakes_of_an_agreement"),
            models.Index(fields=["sender_organisation", "sent_on"], name="sent_by_an_organisation"),
            models.Index(fields=["recipient_organisation", "sent_on"], name="sent_to_an_organisation"),
            models.Index(fields=["sent_on"], name="uptakes_of_a_cohort"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.state}"


class UptakeEvent(models.Model):
    """One thing that happened to an uptake; never changed.

    ``kind`` is a move; ``by`` the account (empty: the clock, or whoever held the tear-off code), ``by_name`` and
    ``organisation`` as they were then. ``reported_with`` is who was on the telephone when the sender noted the answer.
    ``data`` holds what the move carries: ``day``, ``rank``, ``corrects``, ``place``, ``starts_at``, ``manner``...
    """

    uptake = models.ForeignKey(Uptake, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    by = models.UUIDField(null=True, blank=True)
    membership = models.UUIDField(null=True, blank=True)
    by_name = models.CharField(max_length=150)
    role = models.CharField(max_length=30, default="", blank=True)
    organisation = models.CharField(max_length=200, default="", blank=True)
    recorded_at = models.DateTimeField()
    effective_on = models.DateField()
    reason = models.CharField(max_length=40, default="", blank=True)
    reported = models.BooleanField(default=False)
    reported_with = models.CharField(max_length=150, default="", blank=True)
    data = models.JSONField(default=dict)

    objects = AppendOnly.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["uptake", "sequence"], name="events_of_an_uptake_follow")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"


class Outcome(models.Model):
    """What came of an uptake for the person: kind, day, who says so, what proves it. More come later; none is changed."""

    uptake = models.ForeignKey(Uptake, on_delete=models.PROTECT, related_name="outcomes")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    on = models.DateField()
    source = models.CharField(max_length=20)
    proof = models.CharField(max_length=200, default="", blank=True)
    recorded_at = models.DateTimeField()

    objects = AppendOnly.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["uptake", "sequence"], name="an_outcome_has_its_event")]

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"


class UptakeGroup(models.Model):
    """A target group that the person belonged to when sent, for rates by group; health facts are never among them."""

    uptake = models.ForeignKey(Uptake, on_delete=models.PROTECT, related_name="groups")
    group = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "uptake"], name="a_group_is_kept_once")]

    def __str__(self) -> str:
        return self.group


class Reception(models.Model):
    """How a recipient takes people: by which channel, closed when, when its commission decides.

    ``site`` is empty for the whole organisation. ``closed_until`` is the first day it takes people again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.CharField(max_length=200)
    site = models.UUIDField(null=True, blank=True)
    channel = models.CharField(max_length=20)
    closed_from = models.DateField(null=True, blank=True)
    closed_until = models.DateField(null=True, blank=True)
    closed_why = models.CharField(max_length=200, default="", blank=True)
    commission_days = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "site"], name="a_site_has_one_reception"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(site__isnull=True), name="an_organisation_has_one_reception"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.channel}"


class WalkIn(models.Model):
    """Somebody came to a partner without being sent; the organisation that follows them is asked to confirm.

    The partner says who came and learns nothing: it never sees whether the person is known. What was said is blanked
    as soon as an adviser answered, and then ``uptake`` names what was opened (empty: the person was not found).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient_organisation = models.CharField(max_length=200)
    recipient_site = models.UUIDField(null=True, blank=True)
    recipient_team = models.UUIDField(null=True, blank=True)
    recipient_membership = models.UUIDField()
    asked_organisation = models.CharField(max_length=200)
    asked_site = models.UUIDField(null=True, blank=True)
    asked_team = models.UUIDField(null=True, blank=True)
    asked_membership = models.UUIDField(null=True, blank=True)
    service = models.CharField(max_length=200)
    came_on = models.DateField()
    family_name = models.CharField(max_length=100, default="", blank=True)
    given_name = models.CharField(max_length=100, default="", blank=True)
    birth_date = models.DateField(null=True, blank=True)
    told_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    uptake = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_organisation", "asked_site"],
                condition=Q(answered_at__isnull=True),
                name="walk_ins_to_confirm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.came_on} {self.service}"


class CodeAttempt(models.Model):
    """A tear-off code tried from an address, kept to slow down those who guess."""

    network_address = models.CharField(max_length=64)
    at = models.DateTimeField()
    succeeded = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["network_address", "at"], name="codes_tried_from_an_address")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.succeeded}"


class RequestKept(models.Model):
    """A write already made under a key: the same key by the same membership gives the same thing again."""

    membership = models.UUIDField()
    key = models.CharField(max_length=100)
    what = models.CharField(max_length=60)
    made = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "key"], name="a_key_serves_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.key}"


class AccessPointVisit(models.Model):
    """How many visits of a day at an access point got a kind of help; nobody is named, nothing else is kept."""

    access_point = models.CharField(max_length=200)
    on = models.DateField()
    help_given = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["access_point", "on", "help_given"], name="visits_of_a_day_are_counted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.access_point} {self.count}"


class OwnForm(models.Model):
    """The form that a recipient asks to be sent people with: a PDF file, and what fills each of its fields.

    ``site`` is empty for the whole organisation. ``filled_by`` maps a field of the file to a field that a clause may
    let pass, or to one of the request; a field that is absent stays empty. The file is of nobody in particular.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.CharField(max_length=200)
    site = models.UUIDField(null=True, blank=True)
    content = models.BinaryField()
    fields = models.JSONField(default=list)
    filled_by = models.JSONField(default=dict)
    put_in_at = models.DateTimeField()
    put_in_by = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "site"], name="a_site_has_one_form"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(site__isnull=True), name="an_organisation_has_one_form"
            ),
        ]

    def __str__(self) -> str:
        return self.organisation
