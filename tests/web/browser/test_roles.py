"""Every page of every role: nothing to reproach it, wide or narrow, light or dark; the list is found, not kept."""

from __future__ import annotations

import pytest

from tests.web.browser.signed_pages import pages_from
from tests.web.browser.test_accessibility import violations_of
from tests.web.browser.test_sign_in import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("told")]
AT_LEAST = {
    "amel": 25, "bruno": 22, "chloe": 8, "denis": 8, "elise": 7, "farid": 11, "gaelle": 15, "hugo": 15,
}  # fmt: skip
"""How many kinds of pages each role of the demonstration is led to, at least: a list that shrinks would check nothing."""
IN_ENGLISH = ("Sign out", "Save", "Back to", "None of", " the ")


@pytest.mark.parametrize(("name", "width", "scheme"), [
    *((name, 390, "dark") for name in AT_LEAST if name not in {"gaelle", "chloe"}),
    *((name, 1280, "light") for name in ("amel", "gaelle", "chloe")),
])  # fmt: skip
def test_no_page_of_a_role_hinders_anybody(visit, site, name, width, scheme):
    seen = visit("/connexion/", width=width, scheme=scheme)
    page = seen.page
    sign_in(page, name)
    if name == "chloe":
        page.get_by_role("button", name="Chargé de partenariats").first.click()
    page.get_by_role("button", name="Se déconnecter").wait_for()
    found, count = {}, 0
    for address in pages_from(page, site, page.url.removeprefix(site)):
        count += 1
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        said = page.get_by_role("main").inner_text()
        wrong = violations_of(page)
        wrong += [f"in English: {words}" for words in IN_ENGLISH if words in said]
        wrong += (
            [f"sideways: {page.evaluate('document.documentElement.scrollWidth')}"]
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            else []
        )
        found.update({address: wrong} if wrong else {})

    assert found == {}
    assert count >= AT_LEAST[name]
    assert len(seen.hosts) == 1
