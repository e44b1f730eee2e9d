"""Many processes pay out at the same moment, and one of them dies: nothing is paid twice, nothing is lost."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from textwrap import dedent

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.ledger import accounts
from marketplace.ledger.models import Posting
from marketplace.operations import payout_proofs
from marketplace.payouts.models import Payout, PayoutBatch, PayoutEvent
from tests import cast
from tests.commands import desamart, environment
from tests.journeys.visitor import Visitor, all_at_once, fields_of
from tests.payouts import stage
from tests.served import Served

PROCESSES = 8


def _owe() -> None:
    """Twelve sales of two shops and a village, and a debt, long enough ago."""
    for payee in (stage.shop(), stage.shop(cast.HIS_SHOP), stage.village()):
        stage.bank(payee)
        for _sale in range(4):
            stage.sold(payee, 30_000)
    stage.sold_for_cash(stage.shop(), 7_000)
    db.session.remove()


# Eight starts of Python share few processors.
@pytest.mark.timeout(300)
def test_eight_commands_at_once_pay_nothing_twice(app: Flask, config: Config, engine_name: str) -> None:
    with app.app_context():
        _owe()
    with ThreadPoolExecutor(PROCESSES) as pool:
        done = list(
            pool.map(lambda _number: desamart(config, "payouts", "collect", "--json"), range(PROCESSES))
        )
    assert [one.returncode for one in done] == [0] * PROCESSES, [one.stderr for one in done]
    told = [json.loads(one.stdout)["batch"] for one in done]
    with app.app_context():
        batches = db.session.scalar(select(func.count(PayoutBatch.id)))
        payouts = db.session.scalars(select(Payout).order_by(Payout.id)).unique().all()
        print(f"{engine_name}: {PROCESSES} processes, {batches} batch, {len(payouts)} payouts")
        assert batches == len([batch for batch in told if batch]) == 1
        assert [(one.gross, one.set_off) for one in payouts] == [(120_000, 7_000), (120_000, 0), (120_000, 0)]
        assert stage.claimed() == 12
        assert stage.balance(accounts.PAYOUTS) == -353_000
        assert payout_proofs.payouts() == []


@pytest.mark.timeout(300)
def test_the_commands_tell_people_and_programs(app: Flask, config: Config) -> None:
    assert "Belum ada yang bisa dicairkan." in desamart(config, "payouts", "collect").stdout
    with app.app_context():
        _owe()
    said = desamart(config, "payouts", "collect").stdout
    assert "Keripik Bu Sari" in said and "Rp113.000" in said
    [batch] = json.loads(desamart(config, "payouts", "list", "--json").stdout)["batches"]
    assert [payout["status"] for payout in batch["payouts"]] == ["draft"] * 3
    assert batch["number"] in said


DIES = {
    "collect": "collecting.collect(Rules(50_000, 3), by=None, at=now())",
    "send": "sending.send(sys.argv[1], by=finance, at=now())",
    "confirm": "sending.confirm(sys.argv[1], by=finance, at=now(), reference='BRI-1')",
}


def _killed_before_its_commit(config: Config, act: str, number: str = "") -> None:
    """A process takes a step and is killed before it commits."""
    program = dedent(
        f"""
        import sys, time
        from marketplace import create_app
        from marketplace.kit.clock import now
        from marketplace.kit.transaction import transaction
        from marketplace.payouts import collecting, sending
        from marketplace.payouts.claiming import Rules
        from tests import cast, factories
        with create_app().app_context():
            finance = factories.person(cast.FINANCE)
            with transaction() as session:
                {DIES[act]}
                session.flush()
                print("done", flush=True)
                time.sleep(60)
        """
    )
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", sys.executable, "-c", program, number],
        env=environment(config),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "done\n"
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


def test_who_dies_while_collecting_has_claimed_nothing(app: Flask, config: Config) -> None:
    with app.app_context():
        _owe()
        _killed_before_its_commit(config, "collect")
        assert stage.claimed() == 0 and db.session.scalar(select(PayoutBatch.id)) is None
        assert len(stage.collected(at=now())) == 3
        assert payout_proofs.payouts() == []


@pytest.mark.parametrize("act", ["send", "confirm"])
def test_who_dies_between_sent_and_commit_has_sent_nothing_twice(
    app: Flask, config: Config, act: str
) -> None:
    with app.app_context():
        _owe()
        number = stage.collected()[0]
        stage.approve(number)
        if act == "confirm":
            stage.send(number)
        _killed_before_its_commit(config, act, number)
        db.session.remove()
        assert stage.payout(number).status == ("approved" if act == "send" else "sent")
        assert stage.balance(accounts.BANK) == 0
        if act == "send":
            stage.send(number)
        stage.confirm(number)
        sent = select(func.count()).where(PayoutEvent.to_status == "sent")
        assert db.session.scalar(sent) == 1
        assert db.session.scalar(select(func.count()).where(Posting.kind == "payout-confirmed")) == 1
        assert stage.balance(accounts.BANK) == -113_000
        assert payout_proofs.payouts() == []


def test_of_eight_who_approve_at_once_one_does(served: Served, engine_name: str) -> None:
    with served.app():
        _owe()
    batch = json.loads(served.command("payouts", "collect", "--json").stdout)["batch"]["number"]
    page = f"/admin/pencairan/{batch}"
    with Visitor(served.base_url) as finance, Visitor(served.base_url) as admin:
        finance.sign_in(cast.FINANCE)
        admin.sign_in(cast.ADMIN)
        forms = [(who, fields_of(who.get(page).text, f"{page}/setujui")) for who in (finance, admin)]
        presses = [
            partial(who.post, f"{page}/setujui", {**form, "kunci": f"{place}"})
            for place, (who, form) in enumerate(forms * 4)
        ]
        answers = all_at_once(presses)
    counted = Counter(one.status_code for one in answers)
    print(f"{engine_name}: {len(served.web_pids())} web processes, {counted}")
    assert counted == {303: 1, 409: 7}
    with served.app():
        assert db.session.scalar(select(func.count()).where(PayoutEvent.to_status == "approved")) == 3
        assert payout_proofs.payouts() == []
