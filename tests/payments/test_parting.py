"""What goes back is divided to the last rupiah: parts sum to the whole, fees are the rate of the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kit.errors import Invalid
from marketplace.kit.money import rate
from marketplace.payments import parting
from marketplace.payments.parting import Left, LineLeft, Parts


def line(number: int, quantity: int, price: int, bp: int = 100, village_bp: int = 50) -> LineLeft:
    total = quantity * price
    fee, village_fee = rate(total, bp), rate(total, village_bp)
    return LineLeft(number, quantity, total, fee, village_fee, bp, village_bp)


def after(left: Left, parts: Parts) -> Left:
    """What is left when `parts` have gone back."""
    gone = {part.line_id: part for part in parts.lines}

    def rest(one: LineLeft) -> LineLeft:
        part = gone.get(one.line_id)
        if part is None:
            return one
        return one._replace(
            quantity=one.quantity - part.quantity,
            amount=one.amount - part.amount,
            fee=one.fee - part.fee,
            village_fee=one.village_fee - part.village_fee,
        )

    lines = tuple(rest(one) for one in left.lines)
    return Left(lines, left.delivery - parts.delivery, left.other - parts.other)


# Three lines with odd prices: Rp9.999, Rp20.002 and Rp3.333; delivery Rp10.001.
ODD = Left((line(1, 3, 3_333), line(2, 2, 10_001), line(3, 1, 3_333)), 10_001, 0)


def test_a_third_of_three_pieces_is_one_price_and_its_fee_what_the_rest_does_not_owe() -> None:
    (part,) = parting.by_lines(ODD, {1: 1}, delivery=False).lines
    # 1 % of Rp9.999 was 100 (99.99), of the Rp6.666 that are kept 67 (66.66); 0.5 %: 50 and 33.
    assert part == (1, 1, 3_333, 33, 17)


def test_the_fees_of_three_refunds_sum_to_the_fee_of_the_sale() -> None:
    left, fees, village = ODD, [], []
    for _piece in range(3):
        parts = parting.by_lines(left, {1: 1}, delivery=False)
        fees.append(parts.fee)
        village.append(parts.village_fee)
        left = after(left, parts)
    assert (fees, village) == ([33, 34, 33], [17, 16, 17])
    assert (sum(fees), sum(village)) == (ODD.lines[0].fee, ODD.lines[0].village_fee)


def test_an_amount_is_taken_of_the_goods_by_what_is_left_of_each_line() -> None:
    parts = parting.by_amount(ODD, 10_000)
    # Of Rp10.000 they are 2.999,64, 6.000,48 and 999,88: the two rupiah left go to the largest remainders.
    assert [(part.line_id, part.amount, part.quantity) for part in parts.lines] == [
        (1, 3_000, 0),
        (2, 6_000, 0),
        (3, 1_000, 0),
    ]
    assert (parts.delivery, parts.amount) == (0, 10_000)


def test_what_exceeds_the_goods_is_taken_of_the_delivery() -> None:
    parts = parting.by_amount(ODD, ODD.goods + 1)
    assert [part.quantity for part in parts.lines] == [3, 2, 1]
    assert (parts.goods, parts.delivery, parts.amount) == (33_334, 1, 33_335)


def test_pieces_cost_what_is_left_of_them_after_a_refund_by_amount() -> None:
    left = after(ODD, parting.by_amount(ODD, 10_000))
    whole = parting.by_lines(left, {1: 3}, delivery=False)
    assert whole.amount == 6_999
    one = parting.by_lines(left, {1: 1}, delivery=False)
    assert one.amount == 2_333


def test_pieces_whose_money_is_gone_are_refused_and_the_rest_still_goes_back() -> None:
    left = Left((line(1, 5, 11_000), line(2, 1, 9_000)), 10_000, 0)
    left = after(left, Parts((parting.PartLine(1, 0, 54_999, 550, 275),)))
    with pytest.raises(Invalid) as refusal:
        parting.by_lines(left, {1: 1, 2: 1}, delivery=True)
    assert refusal.value.field == "baris-1"
    left = after(left, parting.by_lines(left, {1: 4}, delivery=False))
    assert (left.lines[0].quantity, left.lines[0].amount) == (1, 0)
    rest = parting.everything(left)
    assert [part.line_id for part in rest.lines] == [2] and rest.amount == 19_000


def test_delivery_stays_unless_it_is_asked_for_or_no_goods_are_left() -> None:
    assert parting.by_lines(ODD, {1: 3, 2: 2}, delivery=False).delivery == 0
    assert parting.by_lines(ODD, {1: 1}, delivery=True).delivery == 10_001
    assert parting.by_lines(ODD, {}, delivery=True).amount == 10_001
    assert parting.by_lines(ODD, {1: 3, 2: 2, 3: 1}, delivery=False).amount == ODD.total


def test_the_code_of_a_transfer_goes_back_with_the_last_of_it() -> None:
    left = Left((line(1, 1, 50_000),), 10_000, 321)
    assert parting.by_amount(left, 60_000).other == 0
    assert parting.by_amount(left, 60_321).other == 321
    assert parting.everything(left).amount == 60_321


@pytest.mark.parametrize(
    ("quantities", "field"), [({1: 4}, "baris-1"), ({2: -1}, "baris-2"), ({}, "jumlah"), ({9: 1}, None)]
)
def test_more_than_was_sold_or_nothing_at_all_is_refused(quantities: dict[int, int], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parting.by_lines(ODD, quantities, delivery=False)
    assert refusal.value.field == field


@pytest.mark.parametrize("amount", [0, -1, ODD.total + 1])
def test_an_amount_beyond_what_is_left_is_refused(amount: int) -> None:
    with pytest.raises(Invalid):
        parting.by_amount(ODD, amount)


prices = st.integers(1, 2_000_000)
lefts = st.lists(st.tuples(st.integers(1, 9), prices), min_size=1, max_size=4).map(
    lambda some: Left(tuple(line(n, q, p) for n, (q, p) in enumerate(some)), 12_345, 0)
)


@given(lefts, st.lists(st.tuples(st.booleans(), st.integers(1, 10**7), st.integers(0, 3)), max_size=5))
def test_any_refunds_and_then_the_rest_sum_to_what_was_sold(
    sold: Left, wishes: list[tuple[bool, int, int]]
) -> None:
    left, gone = sold, 0
    for by_amount, amount, place in wishes:
        one = left.lines[place % len(left.lines)]
        if by_amount and left.total:
            parts = parting.by_amount(left, 1 + amount % left.total)
        elif one.quantity:
            try:
                parts = parting.by_lines(left, {one.line_id: 1 + amount % one.quantity}, delivery=False)
            except Invalid:
                continue
        else:
            continue
        left, gone = after(left, parts), gone + parts.amount
        assert all(part.amount > 0 for part in parts.lines)
        for one in left.lines:
            assert one.fee == rate(one.amount, one.fee_bp) and one.quantity >= 0
            assert one.village_fee == rate(one.amount, one.village_fee_bp)
            assert (one.quantity == 0) <= (one.amount == 0)
    rest = parting.everything(left)
    assert gone + rest.amount == sold.total and all(part.amount > 0 for part in rest.lines)
    assert after(left, rest).total == 0 and all(one.fee == 0 for one in after(left, rest).lines)
