"""Makes direct payments of a test: accounts of shops and villages, a proof's picture, who confirms."""

import io

import qriskit
from PIL import Image, ImageDraw
from qriskit import MerchantAccount

from marketplace.accounts.models import RoleGrant, User
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.orders.models import SellerOrder
from marketplace.payments import counter
from marketplace.payments.models import PaymentAttempt
from marketplace.payments.qris_picture import png
from marketplace.sellers import money_accounts
from marketplace.sellers.models import MoneyAccount
from tests import cast, factories
from tests.factories import AT

BANKS = {
    cast.HER_SHOP: ("Bank Lampung", "3800123456", "Sari"),
    cast.HIS_SHOP: ("BRI", "012301000456789", "Podo"),
}


def bank_accounts(*slugs: str) -> None:
    """Let the shops (all of the cast, if none is named) be paid by transfer, in a transaction of its own."""
    with transaction():
        for slug in slugs or tuple(cast.SHOPS):
            shop = factories.shop(slug)
            owner = factories.person(cast.SHOPS[slug][0])
            bank, number, holder = BANKS[slug]
            account = MoneyAccount(kind="bank", bank=bank, number=number, holder=holder, added_by=owner.id)
            money_accounts.use_for_shop(shop, account, at=AT)


def village_account(code: str, operator: User) -> None:
    """Let the counter of a village be paid by transfer, in a transaction of its own."""
    with transaction():
        account = MoneyAccount(
            kind="bank", bank="Bank Lampung", number="3800999888", holder="BUMDes", added_by=operator.id
        )
        money_accounts.use_for_village(code, account, at=AT)


def operator_of(code: str, email: str) -> None:
    """Make somebody the operator of a village, in a transaction of its own."""
    with transaction():
        who = factories.person(email)
        db.session.add(RoleGrant(user_id=who.id, role="operator", scope=code, granted_at=AT))


def _static(name: str, city: str, nmid: str) -> str:
    merchant = MerchantAccount.create(
        tag="26", guid="ID.CO.CONTOH.WWW", pan="936000010000000001", merchant_id="UJI000001", criteria="UMI"
    )
    national = MerchantAccount.national(nmid=nmid, criteria="UMI")
    text: str = qriskit.build(
        merchant_name=name, merchant_city=city, mcc="5499", postal_code="35450", accounts=[merchant, national]
    ).dumps()
    return text


QRIS_TEXTS = {
    cast.HER_SHOP: _static("KERIPIK BU SARI", "PESAWARAN", "ID1020000000001"),
    cast.HIS_SHOP: _static("KOPI PODOMORO", "PRINGSEWU", "ID1020000000002"),
}


def qris_accounts(*slugs: str) -> None:
    """Let the shops (all of the cast, if none is named) be paid by QRIS, in a transaction of its own."""
    with transaction():
        for slug in slugs or tuple(cast.SHOPS):
            shop, owner = factories.shop(slug), factories.person(cast.SHOPS[slug][0])
            text = QRIS_TEXTS[slug]
            account = MoneyAccount(kind="qris", qris=text, holder=shop.name.upper(), added_by=owner.id)
            money_accounts.use_for_shop(shop, account, at=AT)


def qris_photo(
    *texts: str | None,
    kind: str = "JPEG",
    turned: int = 0,
    size: tuple[int, int] = (1000, 1400),
    wide: int = 420,
) -> io.BytesIO:
    """A photo of a wall with these codes on it, one below the other."""
    photo = Image.new("RGB", size, (214, 205, 190))
    for place, text in enumerate(texts):
        if text is None:
            continue
        with Image.open(io.BytesIO(png(text))) as code:
            photo.paste(code.convert("RGB").resize((wide, wide)), (size[0] // 4, 100 + place * (wide + 120)))
    buffer = io.BytesIO()
    photo.rotate(turned, expand=True, fillcolor="gray").save(buffer, kind)
    buffer.seek(0)
    return buffer


def attempt_of(child: SellerOrder) -> PaymentAttempt:
    """The direct payment of a seller order."""
    found = counter.of_order(child.id)
    assert found is not None
    return found


def again(child_id: int) -> SellerOrder:
    """A seller order as it is now."""
    db.session.expire_all()
    return db.session.get_one(SellerOrder, child_id)


def picture(kind: str = "JPEG", words: str = "Transfer berhasil") -> io.BytesIO:
    """A screenshot of a bank's application, more or less."""
    drawn = Image.new("RGB", (360, 640), "white")
    ImageDraw.Draw(drawn).text((40, 100), words, fill="black")
    buffer = io.BytesIO()
    drawn.save(buffer, kind)
    buffer.seek(0)
    return buffer
