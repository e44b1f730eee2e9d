"""What a provider takes back by itself: refunds made in its own pages, payments that are disputed.

Payments until now get the provider's name for their money out of what the provider said then, and are asked about
once. A refund that had arrived may come back from now on, and is then a person's.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "20261123v1"
down_revision = "20261123u7"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("clawback_move", "clawback_decision", "refund_return", "dispute_fee_rule")
CHANGES = ("UPDATE", "DELETE")
GUARDS = {
    **{f"{table}_no_{change.lower()}": (change, table) for table in APPEND_ONLY for change in CHANGES},
    "clawback_frozen": ("UPDATE OF provider, name, kind, money", "clawback"),
    "clawback_no_delete": ("DELETE", "clawback"),
}
STEPS = (
    "OLD.status <> NEW.status AND NOT (OLD.status IN ('due', 'failed') AND NEW.status = 'requested' "
    "AND NEW.way = 'provider' OR OLD.status = 'requested' AND NEW.status IN ('succeeded', 'failed') "
    "OR OLD.status IN ('due', 'failed') AND NEW.status = 'succeeded' AND NEW.way <> 'provider'{more})"
)
CAME_BACK = " OR OLD.status = 'succeeded' AND NEW.status = 'failed' AND NEW.way = 'bank'"


def upgrade():
    op.add_column("payment_attempt", sa.Column("money", sa.String(120)))
    op.add_column("payment_attempt", sa.Column("ask_back_at", MOMENT))
    op.create_index("ix_payment_attempt_money", "payment_attempt", ["money"])
    op.create_index("ix_payment_attempt_ask_back_at", "payment_attempt", ["ask_back_at"])
    op.add_column("provider_event", sa.Column("money", sa.String(120), nullable=False, server_default=""))
    op.add_column("seller_order", sa.Column("contested_at", MOMENT))
    op.add_column("refund", sa.Column("clawback_id", KEY))
    op.create_index("ix_refund_clawback_id", "refund", ["clawback_id"])
    for name in ("dispute_fee", "returned"):
        op.add_column("refund", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    _tables()
    _steps(CAME_BACK)
    for name, (change, table) in GUARDS.items():
        _guard(name, change, table)
    _name_money()


def _tables():
    op.create_table(
        "clawback",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("provider", sa.String(12), nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("money", sa.String(120), nullable=False),
        sa.Column("attempt_id", KEY),
        sa.Column("standing", sa.String(8), nullable=False),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("why", sa.String(80), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("taken", "covered", "lost", "fee")),
        sa.Column("dismissed", sa.Boolean(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["payment_attempt.id"], name=op.f("fk_clawback_attempt_id_payment_attempt")
        ),
        sa.UniqueConstraint("provider", "name", name=op.f("uq_clawback_provider_name")),
        sa.CheckConstraint("kind IN ('refund','dispute')", name=op.f("ck_clawback_kind")),
        sa.CheckConstraint("standing IN ('open','final','over')", name=op.f("ck_clawback_standing")),
        sa.CheckConstraint("covered >= 0", name=op.f("ck_clawback_amounts")),
    )
    op.create_index("ix_clawback_provider_money", "clawback", ["provider", "money"])
    op.create_index("ix_clawback_attempt_id", "clawback", ["attempt_id"])
    op.create_table(
        "clawback_move",
        sa.Column("id", KEY, primary_key=True),
        _to("clawback_move", "clawback_id", "clawback"),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.UniqueConstraint("clawback_id", "name", name=op.f("uq_clawback_move_clawback_id_name")),
        sa.CheckConstraint("amount <> 0 OR fee <> 0", name=op.f("ck_clawback_move_amounts")),
    )
    op.create_table(
        "clawback_decision",
        sa.Column("id", KEY, primary_key=True),
        _to("clawback_decision", "clawback_id", "clawback"),
        sa.Column("covered", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.BigInteger(), nullable=False),
        sa.Column("dismissed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        _to("clawback_decision", "decided_by", "account"),
        sa.Column("decided_at", MOMENT, nullable=False),
    )
    op.create_index("ix_clawback_decision_clawback_id", "clawback_decision", ["clawback_id"])
    op.create_table(
        "refund_return",
        sa.Column("id", KEY, primary_key=True),
        _to("refund_return", "refund_id", "refund"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(8), nullable=False),
        _to("refund_return", "clawback_id", "clawback", nullable=True),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=False),
        sa.Column("returned_at", MOMENT, nullable=False),
        sa.UniqueConstraint("refund_id", "number", name=op.f("uq_refund_return_refund_id_number")),
    )
    op.create_table(
        "dispute_fee_rule",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("bearer", sa.String(8), nullable=False),
        sa.Column("valid_from", MOMENT, nullable=False),
        _to("dispute_fee_rule", "created_by", "account", nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("valid_from", name=op.f("uq_dispute_fee_rule_valid_from")),
        sa.CheckConstraint("bearer IN ('platform','seller')", name=op.f("ck_dispute_fee_rule_bearer")),
    )


def _to(table, column, target, nullable=False):
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.Column(column, KEY, sa.ForeignKey(f"{target}.id", name=name), nullable=nullable)


def _steps(more):
    on = "" if op.get_bind().dialect.name == "sqlite" else " ON refund"
    op.execute(f"DROP TRIGGER refund_step{on}")
    _guard("refund_step", "UPDATE OF status", "refund", f"WHEN ({STEPS.format(more=more)}) ")


def _guard(name, change, table, when=""):
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW {when}"
            "EXECUTE FUNCTION refuse_change()"
        )


def _name_money():
    """Midtrans speaks of a payment as we do, Stripe by a name that its word of the payment told."""
    held = "provider IN ('stripe', 'midtrans') AND status IN ('paid', 'paid_late')"
    op.execute(f"UPDATE payment_attempt SET money = reference, ask_back_at = paid_at WHERE {held}")  # noqa: S608 - constant
    told = op.get_bind().execute(
        sa.text("SELECT reference, raw FROM provider_event WHERE provider = 'stripe' AND kind = 'paid'")
    )
    name_it = sa.text(
        "UPDATE payment_attempt SET money = :money WHERE provider = 'stripe' AND reference = :page"
    )
    for page, raw in told.all():
        money = _intent(raw)
        if money:
            op.get_bind().execute(name_it, {"page": page, "money": money})


def _intent(raw):
    try:
        told = json.loads(raw)
    except ValueError:
        return None
    session = told.get("data", {}).get("object", told)
    return session.get("payment_intent") if isinstance(session, dict) else None


def downgrade():
    for table in ("dispute_fee_rule", "refund_return", "clawback_decision", "clawback_move", "clawback"):
        op.drop_table(table)
    _steps("")
    op.drop_index("ix_refund_clawback_id", "refund")
    for name in ("returned", "dispute_fee", "clawback_id"):
        op.drop_column("refund", name)
    op.drop_column("seller_order", "contested_at")
    op.drop_column("provider_event", "money")
    op.drop_index("ix_payment_attempt_ask_back_at", "payment_attempt")
    op.drop_index("ix_payment_attempt_money", "payment_attempt")
    op.drop_column("payment_attempt", "ask_back_at")
    op.drop_column("payment_attempt", "money")
