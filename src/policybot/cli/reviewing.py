"""The command that takes a person through the open questions of the corpus."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policybot.cli.common import configuration, counted
from policybot.errors import CorpusError, DateError

if TYPE_CHECKING:
    from policybot.corpus.review.decisions import Open
    from policybot.model import Policy

_HELP = "y: take it; n: it is wrong; s: leave it open; q: stop; anything else: the right value"


@dataclasses.dataclass
class _Walk:
    """The counts of one review, and whether it was stopped."""

    changed: dict[tuple[str, int], Policy] = dataclasses.field(default_factory=dict)
    taken: int = 0
    left: int = 0
    stopped: bool = False


@click.command()
@click.argument("names", metavar="[ID|FILE]...", nargs=-1)
@click.option(
    "--accept",
    type=click.Choice(["certain", "likely"]),
    help="Ask nothing: accept what the texts state certainly, or also likely.",
)
@click.pass_context
def review(context: click.Context, names: tuple[str, ...], accept: str | None) -> None:
    """Go through the open questions of the drafts: the passage, the proposal, your answer.

    An answer is y, n, another value (issuers separated by semicolons), s to leave it open, or q to
    stop. Open are the review lines in the notes, keys without a value that the text states, and
    relations to other policies that it states (policybot relations). With --accept nothing is
    asked.

    \b
    policybot review
    policybot review 2012-02-14-plan
    policybot review --accept certain
    """
    from policybot.corpus.issuers.table import read_issuers
    from policybot.corpus.relating.record import proposals
    from policybot.corpus.review.date_order import Orders, needs_order, order_for, orders_of
    from policybot.corpus.review.decisions import open_things, policies_of, save

    config = configuration(context)
    book = read_issuers(config.corpus.issuers_file)
    walk = _Walk()
    seen = False
    stated = {
        policy.id: stated
        for policy, stated in proposals(
            lambda: policies_of(config.corpus.path),
            lambda: policies_of(config.corpus.path, frozenset(names)),
        )
    }
    orders: Orders | None = None
    for policy in policies_of(config.corpus.path, frozenset(names)):
        seen = True
        if needs_order(policy) and orders is None:
            orders = orders_of(policies_of(config.corpus.path), book)
        first = order_for(policy, orders, book) if orders and needs_order(policy) else None
        items = open_things(policy, book, stated.get(policy.id, ()), day_first=first)
        if items and not walk.stopped:
            _policy(policy, items, walk, accept)
        elif items:
            walk.left += len(items)
    if names and not seen:
        raise CorpusError(f"{config.corpus.path}: no policy or file is called {', '.join(names)}")
    files = save(walk.changed)
    where = f" in {counted(len(files), 'file', 'files')}" if files else ""
    click.echo(f"{walk.taken} settled{where}, {walk.left} open")
    if files:
        click.echo("then run: policybot index")


def _policy(policy: Policy, items: list[Open], walk: _Walk, accept: str | None) -> None:
    from policybot.corpus.files.read import policy_line
    from policybot.corpus.review.decisions import accept as take

    place = (policy.path, policy_line(policy))
    now = policy
    for at, item in enumerate(items):
        if accept is not None:
            sure = item.certainty == "certain" or (
                accept == "likely" and item.certainty == "likely"
            )
            if sure and item.key and item.value:
                now = take(now, item)
                walk.taken += 1
                click.echo(f"{policy.id}\t{item.key}\t{item.value}\t{item.evidence}")
            else:
                walk.left += 1
            continue
        if at == 0:
            click.echo(f"\n{click.style(policy.title, bold=True)}\n{Path(policy.path)}")
        now, settled = _ask(now, item, walk)
        walk.taken += settled
        walk.left += not settled
        if walk.stopped:
            walk.left += len(items) - at - 1
            break
    if now != policy:
        walk.changed[place] = now


def _ask(policy: Policy, item: Open, walk: _Walk) -> tuple[Policy, bool]:
    """Ask about one item until the answer is usable; return the policy, and if it is settled."""
    from policybot.corpus.review.decisions import accept, answer, passage_of, reject

    click.echo("")
    for line in passage_of(policy, item).split("\n"):
        click.echo(f"  | {line}")
    if item.evidence:
        click.echo(f"  {item.evidence}")
    while True:
        click.echo(item.question)
        try:
            reply = click.prompt(
                "y / n / another value / s / q", prompt_suffix=": ", default="s", show_default=False
            ).strip()
        except (click.Abort, EOFError):
            walk.stopped = True
            return policy, False
        if reply in {"q", "s", "?"}:
            walk.stopped = reply == "q"
            if reply == "?":
                click.echo(_HELP)
                continue
            return policy, False
        if reply in {"y", "n"}:
            if reply == "y" and item.key and not item.value:
                click.echo(f"nothing is proposed; write the {item.key}, or s")
                continue
            changed = accept(policy, item) if reply == "y" else reject(policy, item)
            return changed, changed != policy
        if item.relation is not None:
            click.echo("y if the text states it, n if it does not, s to leave it open")
            continue
        if not item.key:
            click.echo("this is no key: y once it is settled, s to leave it open")
            continue
        try:
            return answer(policy, item, reply), True
        except DateError as error:
            click.echo(str(error))


COMMANDS = {"review": review}
