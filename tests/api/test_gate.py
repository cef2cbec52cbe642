"""What every request meets: nothing is sent twice, other sites are let in by the operator, nobody asks too fast."""

from __future__ import annotations

import pytest

from maillage.api.v1.gate import Rate
from maillage.apps.catalogue.use_cases import keep_records
from maillage.domain.organisations import Organisation
from maillage.domain.shared import Provenance
from tests.web.conftest import LOADED_AT

LIST = "/api/v1/services?territory=departement:36"
SITE = {"origin": "https://example.org"}


@pytest.fixture(autouse=True)
def loaded(demonstration):
    return None


def test_what_the_caller_holds_is_not_sent_again(client):
    tag = client.get(LIST).headers["ETag"]

    again = client.get(LIST, headers={"if-none-match": f'"other", W/{tag}, {tag}'})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)


def test_nothing_is_counted_or_read_for_what_the_caller_holds(client, django_assert_max_num_queries):
    tag = client.get(LIST).headers["ETag"]

    with django_assert_max_num_queries(3):
        client.get(LIST, headers={"if-none-match": tag})


def test_a_change_of_the_catalogue_changes_every_tag(client):
    tag = client.get(LIST).headers["ETag"]
    keep_records([Organisation("new", "Nouvelle", Provenance("test"))], format_name="test", at=LOADED_AT)

    again = client.get(LIST, headers={"if-none-match": tag})

    assert (again.status_code, again.headers["ETag"] == tag) == (200, False)


def test_a_tag_is_of_one_address_and_one_language(client):
    tags = [
        client.get(LIST).headers["ETag"],
        client.get(f"{LIST}&size=2").headers["ETag"],
        client.get(LIST, headers={"accept-language": "en"}).headers["ETag"],
    ]

    assert len(set(tags)) == 3


def test_an_error_has_no_tag(client):
    assert "ETag" not in client.get("/api/v1/services?page=0").headers


def test_head_says_what_get_would(client):
    whole, head = client.get(LIST), client.head(LIST)

    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", whole.headers["ETag"])
    assert head.headers["Content-Length"] == str(len(whole.content))


def test_other_sites_are_let_in_by_nobody_unless_the_operator_says_so(client):
    assert "Access-Control-Allow-Origin" not in client.get(LIST, headers=SITE).headers


@pytest.mark.parametrize(
    ("allowed", "said"),
    [
        (["https://example.org"], "https://example.org"),
        (["https://other.org", "https://example.org"], "https://example.org"),
        (["*"], "*"),
        (["https://other.org"], None),
    ],
)
def test_the_operator_lets_sites_in(allowed, said, client, settings):
    settings.MAILLAGE_API_ORIGINS = allowed

    answer = client.get(LIST, headers=SITE)
    asked = {**SITE, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    preflight = client.options("/api/v1/openings", headers=asked)

    assert answer.headers.get("Access-Control-Allow-Origin") == said
    assert "Origin" in answer.headers["Vary"]
    assert preflight.headers.get("Access-Control-Allow-Origin") == said
    assert preflight.status_code == (204 if said else 405)
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_the_pages_are_never_shared_with_other_sites(client, settings):
    settings.MAILLAGE_API_ORIGINS = ["*"]

    assert "Access-Control-Allow-Origin" not in client.get("/", headers=SITE).headers


def test_who_asks_too_fast_is_told_when_to_come_back(client, settings):
    settings.MAILLAGE_API_PER_MINUTE = 3

    answers = [client.get("/api/v1/codes", REMOTE_ADDR="192.0.2.1") for _ in range(4)]
    other = client.get("/api/v1/codes", REMOTE_ADDR="192.0.2.2")

    assert [one.status_code for one in [*answers, other]] in ([200, 200, 200, 429, 200], [200] * 5)  # a minute may turn
    if answers[3].status_code == 429:
        assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
        assert answers[3].json()["title"] == "Trop de questions à la fois"


def test_behind_a_proxy_the_caller_is_the_one_the_proxy_says(client, settings):
    settings.MAILLAGE_API_PER_MINUTE, settings.HTTPS = 1, True
    addresses = ["198.51.100.7, 203.0.113.1", "198.51.100.8, 203.0.113.2"]

    answers = [client.get("/api/v1/codes", headers={"x-forwarded-for": one}) for one in addresses]

    assert [one.status_code for one in answers] == [200, 200]


def test_the_count_begins_again_every_minute():
    rate = Rate()

    assert [rate.wait("a", 2, now) for now in (60, 61, 90, 119, 120)] == [0, 0, 30, 1, 0]
    assert rate.wait("b", 1, 121) == 0
