"""Whatever an operator may do at a seller's desk has words for the owner who reads about it."""

from flask import Flask

from marketplace.kit.access import who_may_enter
from marketplace.sellers.act_words import WORDS

# These are refused to an operator (`owner_desk`), so nothing is ever written down of them.
OWNERS_ONLY = ("own_help.", "own_shop.", "shop_members.", "shop_page.", "money_accounts.")


def test_every_form_of_a_shop_has_its_words(app: Flask) -> None:
    forms = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and who_may_enter(app.view_functions[rule.endpoint]) == ("shop-member", "")
    }
    wanted = {form for form in forms if not form.startswith(OWNERS_ONLY)}
    assert wanted - set(WORDS) == set()
    assert set(WORDS) - forms == set()
