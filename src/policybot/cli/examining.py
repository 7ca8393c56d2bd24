"""Commands that inspect the index: verify, diff."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from policybot.cli import NO_ANSWER
from policybot.cli.common import configuration, progress_bar

if TYPE_CHECKING:
    from policybot.config import Config
    from policybot.index.build.diff import Diff
    from policybot.index.format.manifest import Manifest

_SHOWN = 70


@click.command()
@click.pass_context
def verify(context: click.Context) -> None:
    """Check index and encoder files and every passage against their SHA-256.

    Then every passage is traced back to the source it was imported from, through the repairs made
    on import. Exit code: 0; 1 when a source was altered or does not contain a passage any more (the
    policy may have been edited); 2 when the index is damaged.

    \b
    policybot verify
    """
    from policybot.corpus.issuers.table import read_issuers
    from policybot.index.serve.store import store_of
    from policybot.verify import SourceCheck

    config = configuration(context)
    store = store_of(config.index)
    store.verify()
    with store.open() as generation:
        checked = 0
        for start in range(0, generation.info.passages, 1000):
            end = min(start + 1000, generation.info.passages)
            checked += len(generation.passages(range(start, end)))
        encoder = _verify_encoders(config, generation.manifest)
        part = "file" if config.index.backend == "faiss" else "row"
        click.echo(
            f"generation {generation.name}: every {part} and {checked} passages are intact; "
            f"{encoder}"
        )
        check = SourceCheck(
            generation, config.corpus.path, read_issuers(config.corpus.issuers_file)
        )
        problems = 0
        with progress_bar() as progress:
            for finding in check.run(progress):
                problems += 1
                click.echo(str(finding))
    click.echo(
        f"sources: {check.files}; passages they say word for word: {check.matching} of "
        f"{check.passages}; policies that name none: {check.without}"
    )
    context.exit(NO_ANSWER if problems else 0)


def _verify_encoders(config: Config, manifest: Manifest) -> str:
    """Check the files of the exported encoders and re-ranker; return their names."""
    from policybot.encoder.artifact import encoders_folder, verify_export
    from policybot.encoder.reranker.reranker import find_reranker, verify_cross_export

    checked: list[str] = []
    for entry in manifest.encoders:
        exported = encoders_folder(config.index.path) / entry.fingerprint
        if exported.is_dir():
            verify_export(exported)
            checked.append(f"encoder {entry.fingerprint}")
    encoder = ", ".join(checked) or "no exported encoder"
    if reranker := find_reranker(config):
        verify_cross_export(reranker)
        encoder += f", re-ranker {reranker.name}"
    return encoder


@click.command()
@click.argument("generations", nargs=-1, metavar="[GENERATION [GENERATION]]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with full texts.")
@click.pass_context
def diff(context: click.Context, generations: tuple[str, ...], as_json: bool) -> None:
    """Show what an indexing changed: policies, passages, and encoder settings.

    A GENERATION is named by the beginning of its name. One is compared with the live one; without
    any, the live one is compared with the previous one, which is kept until the next indexing.

    \b
    policybot diff
    policybot diff 20261122T223850 --json
    """
    from policybot.index.build.diff import compare, find_generations, open_two
    from policybot.index.serve.store import store_of

    if len(generations) > 2:
        raise click.UsageError("give at most two generations")
    store = store_of(configuration(context).index)
    with open_two(store, *find_generations(store, generations)) as (old, new):
        difference = compare(old, new)
    if as_json:
        click.echo(json.dumps(difference.to_dict(), ensure_ascii=False))
    else:
        _show(difference)


def _show(difference: Diff) -> None:
    click.echo(f"{difference.old} → {difference.new}")
    for name, (old, new) in difference.settings.items():
        click.echo(f"{name}: {old or 'none'} → {new or 'none'}")
    for sign, word, policies in (
        ("+", "added", difference.added),
        ("-", "removed", difference.removed),
    ):
        click.echo(f"{len(policies)} policies {word}")
        for policy_id, title in policies:
            click.echo(f"  {sign} {title}  [{policy_id}]")
    click.echo(f"{len(difference.changed)} policies changed")
    for policy in difference.changed:
        click.echo(f"  ~ {policy.title}  [{policy.id}]: {policy.fields or 'divided otherwise'}")
        lines = [("+", passage) for passage in policy.passages.added]
        lines += [("-", passage) for passage in policy.passages.removed]
        lines += [("~", passage) for _, passage in policy.passages.changed]
        for sign, passage in lines:
            click.echo(f"    {sign} {passage.id}  {_start(passage.text)}")
    sums = difference.to_dict()["passages"]
    click.echo("passages: " + ", ".join(f"{count} {word}" for word, count in sums.items()))


def _start(text: str) -> str:
    line = " ".join(text[: 2 * _SHOWN].split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


COMMANDS = {"verify": verify, "diff": diff}
