"""The portal answers a real browser."""

from tests.browser.conftest import Live


def test_a_visitor_is_shown_the_way_to_sign_in(live: Live) -> None:
    page = live.page()
    assert page.url.startswith(live.url)
