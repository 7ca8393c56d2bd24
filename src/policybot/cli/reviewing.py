"""The command that walks a person through what is open in the corpus."""

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
    """What was decided so far."""

    changed: dict[tuple[str, int], Policy] = dataclasses.field(default_factory=dict)
    taken: int = 0
    left: int = 0
    stopped: bool = False


@click.command()
@click.argument("names", metavar="[ID|FILE]...", nargs=-1)
@click.option(
    "--accept",
    type=click.Choice(["certain", "likely"]),
    help="Ask nothing: take what the texts state certainly, or likely as well.",
)
@click.pass_context
def review(context: click.Context, names: tuple[str, ...], accept: str | None) -> None:
    """Walk through what is open in the drafts: the passage, the proposal, your answer.

    An answer is y, n, another value, s to leave it open, or q to stop; several issuers have
    semicolons between them. Open are the review lines of the notes, keys without a value that the
    text states, and what it states that the policy does to others (policybot relations). With
    --accept nothing is asked.

    \b
    policybot review
    policybot review 2012-02-14-plan
    policybot review --accept certain
    """
    from policybot.corpus.issuers.table import read_issuers
    from policybot.corpus.relating.record import proposals
    from policybot.corpus.review.decisions import open_things, policies_of, save

    config = configuration(context)
    book = read_issuers(config.corpus.issuers_file)
    walk = _Walk()
    seen = False
    stated = {
        policy.id: found
        for policy, found in proposals(
            lambda: policies_of(config.corpus.path),
            lambda: policies_of(config.corpus.path, frozenset(names)),
        )
    }
    for policy in policies_of(config.corpus.path, frozenset(names)):
        seen = True
        things = open_things(policy, book, stated.get(policy.id, ()))
        if things and not walk.stopped:
            _policy(policy, things, walk, accept)
        elif things:
            walk.left += len(things)
    if names and not seen:
        raise CorpusError(f"{config.corpus.path}: no policy or file is called {', '.join(names)}")
    files = save(walk.changed)
    where = f" in {counted(len(files), 'file', 'files')}" if files else ""
    click.echo(f"{walk.taken} settled{where}, {walk.left} open")
    if files:
        click.echo("then run: policybot index")


def _policy(policy: Policy, things: list[Open], walk: _Walk, accept: str | None) -> None:
    from policybot.corpus.files.read import policy_line
    from policybot.corpus.review.decisions import accept as take

    place = (policy.path, policy_line(policy))
    now = policy
    for at, one in enumerate(things):
        if accept is not None:
            sure = one.certainty == "certain" or (accept == "likely" and one.certainty == "likely")
            if sure and one.key and one.value:
                now = take(now, one)
                walk.taken += 1
                click.echo(f"{policy.id}\t{one.key}\t{one.value}\t{one.evidence}")
            else:
                walk.left += 1
            continue
        if at == 0:
            click.echo(f"\n{click.style(policy.title, bold=True)}\n{Path(policy.path)}")
        now, settled = _ask(now, one, walk)
        walk.taken += settled
        walk.left += not settled
        if walk.stopped:
            walk.left += len(things) - at - 1
            break
    if now != policy:
        walk.changed[place] = now


def _ask(policy: Policy, one: Open, walk: _Walk) -> tuple[Policy, bool]:
    """Ask about one thing until the answer can be used; tell whether it is settled."""
    from policybot.corpus.review.decisions import accept, answer, passage_of, reject

    click.echo("")
    for line in passage_of(policy, one).split("\n"):
        click.echo(f"  | {line}")
    if one.evidence:
        click.echo(f"  {one.evidence}")
    while True:
        click.echo(one.question)
        try:
            said = click.prompt(
                "y / n / another value / s / q", prompt_suffix=": ", default="s", show_default=False
            ).strip()
        except (click.Abort, EOFError):
            walk.stopped = True
            return policy, False
        if said in {"q", "s", "?"}:
            walk.stopped = said == "q"
            if said == "?":
                click.echo(_HELP)
                continue
            return policy, False
        if said in {"y", "n"}:
            if said == "y" and one.key and not one.value:
                click.echo(f"nothing is proposed; write the {one.key}, or s")
                continue
            changed = accept(policy, one) if said == "y" else reject(policy, one)
            return changed, changed != policy
        if one.relation is not None:
            click.echo("y if the text states it, n if it does not, s to leave it open")
            continue
        if not one.key:
            click.echo("this is no key: y once it is settled, s to leave it open")
            continue
        try:
            return answer(policy, one, said), True
        except DateError as error:
            click.echo(str(error))


COMMANDS = {"review": review}
