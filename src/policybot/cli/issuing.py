"""The command about issuers: who issued the policies, and names that may be one issuer's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policybot.cli.common import configuration, engine_of, table

if TYPE_CHECKING:
    from policybot.corpus.issuers.similar import Proposal
    from policybot.corpus.issuers.table import IssuerBook
    from policybot.model import Issuer


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def issuers(context: click.Context, as_json: bool) -> None:
    """List the issuers with their numbers of policies.

    Names missing from the table of issuers that are probably one issuer's follow on standard error,
    with the lines that would join them. Nothing is joined until a person writes those lines.

    \b
    policybot issuers
    policybot issuers --json
    """
    from policybot.corpus.issuers.similar import propose
    from policybot.corpus.issuers.table import read_issuers

    file = configuration(context).corpus.issuers_file
    with engine_of(context) as engine:
        counts = engine.issuer_counts()
        indexed = engine.generation.issuers
    book = read_issuers(file)
    proposals = propose(
        book, [(body.name, count) for body, count in counts if not indexed.canonical(body.name)]
    )
    if as_json:
        rows = [_row(body, count, known=indexed.canonical(body.name)) for body, count in counts]
        proposed = [proposal.to_dict(_aliases(book, proposal)) for proposal in proposals]
        click.echo(json.dumps({"issuers": rows, "proposals": proposed}, ensure_ascii=False))
        return
    lines: list[tuple[str, ...]] = [
        (
            str(count),
            body.name,
            ", ".join(body.aliases),
            body.parent or "",
            ", ".join(body.predecessors),
        )
        for body, count in counts
    ]
    table(("policies", "issuer", "also called", "under", "before"), lines, header=False)
    for proposal in proposals:
        click.echo(_proposed(proposal, book, file), err=True)


def _row(body: Issuer, count: int, *, known: str | None) -> dict[str, Any]:
    return {
        "name": body.name,
        "policies": count,
        "known": known is not None,
        "aliases": list(body.aliases),
        "parent": body.parent,
        "predecessors": list(body.predecessors),
        "since": str(body.since) if body.since else None,
        "until": str(body.until) if body.until else None,
    }


def _aliases(book: IssuerBook, proposal: Proposal) -> tuple[str, ...]:
    issuer = book.get(proposal.name)
    return issuer.aliases if issuer else ()


def _proposed(proposal: Proposal, book: IssuerBook, file: Path) -> str:
    """Return which names are similar, and the lines that would join them in the table."""
    names = ", ".join(f"{name} ({count})" for name, count in proposal.names)
    lines = proposal.toml(_aliases(book, proposal))
    if proposal.known:
        return f"\nprobably {proposal.name}: {names}\nin {file}, under that name:\n{lines}"
    return f"\nprobably one body: {names}\nin {file}, if so:\n{lines}"


COMMANDS = {"issuers": issuers}
