"""The command that lists what texts state that their policies do to others."""

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
    """List what the texts of the corpus state that they repeal, amend, replace or implement.

    A state says what is to be done about each: nothing for what is recorded, or rejected;
    "certain", "likely" and "doubtful" are for policybot review; "not in the corpus" is a document
    that is no policy of it, by the name that the text has for it.

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
        rows += [(policy.id, one, state_of(policy, one)) for one in stated]
    if names and not rows and not any(True for _ in policies_of(corpus, wanted)):
        raise CorpusError(f"{corpus}: no policy or file is called {', '.join(names)}")
    if as_json:
        for row in rows:
            click.echo(json.dumps(_json(*row), ensure_ascii=False))
        return
    if rows:
        table(_COLUMNS, [_row(*row) for row in rows])
    states = Counter(state for _, _, state in rows)
    said = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    total = counted(len(rows), "relation is", "relations are")
    click.echo(f"{total} stated{': ' if said else ''}{said}", err=True)


def _row(policy: str, one: Proposal, state: State) -> tuple[str, ...]:
    name = one.object or one.stated.cited.name
    return policy, one.stated.kind, name, state, one.stated.evidence


def _json(policy: str, one: Proposal, state: State) -> dict[str, object]:
    stated = one.stated
    return {
        "policy": policy,
        "kind": stated.kind,
        "object": one.object or None,
        "named": {"number": stated.cited.number or None, "title": stated.cited.title or None},
        "date": str(stated.date) if stated.date else None,
        "provisions": list(stated.provisions),
        "state": state,
        "line": stated.line,
        "words": stated.words,
    }


COMMANDS = {"relations": relations}
