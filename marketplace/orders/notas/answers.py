"""Decides what a request for a nota is answered with: its page with its corrections, or its PDF."""

from collections.abc import Callable

from flask import Response, render_template

from marketplace.orders.models import Nota, SellerOrder
from marketplace.orders.notas.queries import paper_of, papers_of
from marketplace.orders.notas.sheet import sheet_of


def page(
    order: SellerOrder,
    number: str | None,
    *,
    address: Callable[[str], str],
    back: str,
    with_address: bool = True,
) -> str:
    """The page of an order's nota, or of the paper with this number.

    `address` makes the address of a paper from what stands behind that of the nota (`/NK-…`, `.pdf`), `back`
    leads to the order. Without the address only the buyer's name is told.

    Raises:
        NotFound: not packed yet, or no such paper of this order.
    """
    papers = papers_of(order)
    paper = paper_of(order, number) if number else papers.nota
    tail = f"/{paper.number}" if number else ""
    return render_template(
        "orders/nota.html",
        sheet=sheet_of(paper, with_address=with_address),
        paper=paper,
        nota=papers.nota,
        corrections=papers.corrections,
        address=address,
        pdf=address(f"{tail}.pdf"),
        back=back,
    )


def pdf(order: SellerOrder, number: str | None, *, with_address: bool = True) -> Response:
    """The PDF of the same paper; the same paper with the same address gives the same bytes.

    Raises:
        NotFound: not packed yet, or no such paper of this order.
    """
    # Loading it takes a quarter of a second, and most processes never write one.
    from marketplace.orders.notas.pdf import as_pdf  # noqa: PLC0415 - see above

    paper: Nota = paper_of(order, number) if number else papers_of(order).nota
    answer = Response(as_pdf(sheet_of(paper, with_address=with_address)), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{paper.number}.pdf"'
    return answer
