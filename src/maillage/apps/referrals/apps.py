from __future__ import annotations

from django.apps import AppConfig

from maillage.domain.visibility import (
    Either,
    OpenColumns,
    SideColumns,
    Through,
    lead_rule,
    oversight_rule,
    partner_rule,
)

SENDER = SideColumns("sender_organisation", "sender_site", "sender_team", "sender_membership")
RECIPIENT = SideColumns("recipient_organisation", "recipient_site", "recipient_team", "holder")
ENDS = OpenColumns("hidden_at", "objected_at", "until")
UPTAKE_RULE = Either(
    (
        lead_rule(SENDER),
        Through("people_person", "id", "person", lead_rule()),
        partner_rule(RECIPIENT, ENDS),
        oversight_rule("sender_organisation", "recipient_organisation", ENDS),
    )
)
"""Who sent, who follows the person today, who receives while it may, and the officers of both, each as far as theirs."""
OF_AN_UPTAKE_SEEN = Through("referrals_uptake", "referral_id", "id")
WALK_IN_RULE = Either(
    (
        lead_rule(SideColumns("asked_organisation", "asked_site", "asked_team", "asked_membership")),
        partner_rule(
            SideColumns("recipient_organisation", "recipient_site", "recipient_team", "recipient_membership"),
            OpenColumns("answered_at"),
        ),
    )
)


class ReferralsConfig(AppConfig):
    name = "maillage.apps.referrals"

    def ready(self) -> None:
        """Raise the walls around what concerns people."""
        from maillage.apps.people.walls import build_wall  # noqa: PLC0415 (models exist once the apps are ready)

        sides = ("sender_organisation", "recipient_organisation")
        build_wall("referrals_uptake", UPTAKE_RULE, *sides)
        build_wall("referrals_referral", Either((lead_rule(SENDER), OF_AN_UPTAKE_SEEN)), "sender_organisation")
        for table in ("referrals_uptakeevent", "referrals_outcome", "referrals_uptakegroup"):
            build_wall(table, Through("referrals_uptake", "id", "uptake_id"))
        build_wall("referrals_walkin", WALK_IN_RULE, "asked_organisation", "recipient_organisation")
