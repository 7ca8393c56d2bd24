"""The command that lists the relations that texts state."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import click

from policybot.cli.common import configuration, counted, table
from policybot.errors import CorpusError

if TYPE_CHECKING:
    from policybot.corpus.relating.record import State
    from policybot.corpus.relating.resolve import Proposal

_COLUMNS = ("policy", "does", "to", "state", "read from")


@click.command()
@click.argument("names", metavar="[ID|FILE]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def relations(context: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """List what the texts of the corpus say that they repeal, amend, replace or implement.

    The state tells what to do: nothing for "recorded" and "rejected"; "certain", "likely" and
    "doubtful" are for policybot review; "not in the corpus" is a document that the corpus lacks,
    under the name that the text gives it.

    \b
    policybot relations
    policybot relations eo-13654
    policybot review --accept certain
    """
    from policybot.corpus.relating.record import proposals, state_of
    from policybot.corpus.review.decisions import policies_of

    corpus = configuration(context).corpus.path
    wanted = frozenset(names)
    rows: list[tuple[str, Proposal, State]] = []
    for policy, stated in proposals(
        lambda: policies_of(corpus), lambda: policies_of(corpus, wanted)
    ):
        rows += [(policy.id, proposal, state_of(policy, proposal)) for proposal in stated]
    if names and not rows and not any(True for _ in policies_of(corpus, wanted)):
        raise CorpusError(f"{corpus}: no policy or file is called {', '.join(names)}")
    if as_json:
        for row in rows:
            click.echo(json.dumps(_json(*row), ensure_ascii=False))
        return
    if rows:
        table(_COLUMNS, [_row(*row) for row in rows])
    states = Counter(state for _, _, state in rows)
    parts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    total = counted(len(rows), "relation is", "relations are")
    click.echo(f"{total} stated{': ' if parts else ''}{parts}", err=True)


def _row(policy: str, proposal: Proposal, state: State) -> tuple[str, ...]:
    name = proposal.object or proposal.stated.cited.name
    return policy, proposal.stated.kind, name, state, proposal.stated.evidence


def _json(policy: str, proposal: Proposal, state: State) -> dict[str, object]:
    stated = proposal.stated
    return {
        "policy": policy,
        "kind": stated.kind,
        "object": proposal.object or None,
        "named": {"number": stated.cited.number or None, "title": stated.cited.title or None},
        "date": str(stated.date) if stated.date else None,
        "provisions": list(stated.provisions),
        "state": state,
        "line": stated.line,
        "words": stated.words,
    }


COMMANDS = {"relations": relations}
