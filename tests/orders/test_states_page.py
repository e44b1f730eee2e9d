"""The page about states says what the code does."""

from marketplace.orders.states import LABELS, TONES, Status
from marketplace.payouts import states as payouts
from scripts.states_page import PAGE, generated, generated_payouts, page


def test_the_page_of_states_is_the_one_the_code_writes() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert page(text) == text, "run: .venv/bin/python -m scripts.states_page"
    assert generated() in text and generated_payouts() in text


def test_every_state_has_its_row_and_its_word() -> None:
    for status in Status:
        assert f"| `{status}` | {LABELS[status]} |" in generated()
    assert set(TONES) <= set(Status)
    for step in payouts.Status:
        assert f"| `{step}` | {payouts.LABELS[step]} |" in generated_payouts()
    assert set(payouts.TONES) <= set(payouts.Status)
