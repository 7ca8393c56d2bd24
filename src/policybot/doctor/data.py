"""Checks of the corpus, the index and the encoder."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator

from policybot.config import Config
from policybot.corpus.files.read import read_policies
from policybot.corpus.issuers.table import read_issuers
from policybot.corpus.review.check import check_corpus
from policybot.corpus.versions import texts_of
from policybot.doctor.finding import Finding, ok, problem, warning
from policybot.doctor.openness import below, open_to_all
from policybot.encoder import open_for_serving
from policybot.encoder.artifact import encoders_folder, verify_export
from policybot.errors import CorpusError, IndexUnusableError, UnavailableError
from policybot.index.format.manifest import EncoderEntry
from policybot.index.format.passages import policy_row
from policybot.index.serve.interface import Generation
from policybot.index.serve.store import store_of

CHECK = "run: policybot check"
INDEX = "run: policybot index"


def corpus(config: Config) -> Iterator[Finding]:
    """Check the files of the corpus."""
    path = config.corpus.path
    if not path.is_dir():
        yield warning("corpus", f"{path}: not here; only indexing needs it")
        return
    yield from open_to_all("corpus", below(path), "change what is indexed")
    problems = check_corpus(path, config.corpus.issuers_file)
    errors = sum(entry.severity == "error" for entry in problems)
    summary = f"{path}: {errors} errors, {len(problems) - errors} warnings"
    if errors:
        yield problem("corpus", summary, CHECK)
    elif problems:
        yield warning("corpus", summary, CHECK)
    else:
        yield ok("corpus", summary)


def index(config: Config) -> Iterator[Finding]:
    """Check that the index opens, who may change it, and whether it is up to date."""
    path = config.index.path
    yield from open_to_all("index", below(path), "change what is answered")
    with store_of(config.index).open() as generation:
        info = generation.info
        yield ok(
            "index",
            f"generation {info.generation} opens: {info.documents} policies, "
            f"{info.passages} passages",
        )
        if config.corpus.path.is_dir():
            yield from _freshness(config, generation)
            if not os.access(path, os.W_OK):
                yield warning(
                    "index",
                    f"{path}: not writable for this user, so `policybot index` cannot build here",
                )


def _freshness(config: Config, generation: Generation) -> Iterator[Finding]:
    """Compare the corpus with the generation, policy by policy, as a build would."""
    added = changed = kept = 0
    try:
        for text in (text for p in read_policies(config.corpus.path) for text in texts_of(p)):
            row = policy_row(text)
            ordinal = generation.policy_ordinal(row.id)
            if ordinal is None:
                added += 1
                continue
            kept += 1
            changed += generation.policy_digest(ordinal) != row.digest
    except CorpusError:
        # The check of the corpus reports it.
        return
    removed = generation.info.policies - kept
    counts = [(added, "added"), (changed, "changed"), (removed, "removed")]
    differences = [f"{count} {action}" for count, action in counts if count]
    if read_issuers(config.corpus.issuers_file) != generation.issuers:
        differences.append("the table of issuers changed")
    if differences:
        yield warning("index", f"older than the corpus: {', '.join(differences)}", INDEX)
    else:
        yield ok("index", "holds what the corpus holds")


def encoder(config: Config) -> Iterator[Finding]:
    """Check that the encoders of the index are present and complete, and produce a vector."""
    try:
        manifest = store_of(config.index).manifest()
    except (IndexUnusableError, UnavailableError):
        # The check of the index reports it.
        return
    for entry in manifest.encoders:
        yield from _encoder(config, entry)


def _encoder(config: Config, entry: EncoderEntry) -> Iterator[Finding]:
    exported = encoders_folder(config.index.path) / entry.fingerprint
    if not exported.exists():
        if importlib.util.find_spec("sentence_transformers") is None:
            yield problem(
                "encoder",
                f"{exported}: not there, and without it PyTorch is needed, which is not installed",
                "copy the whole of embeddings/ from where the index was built",
            )
        else:
            yield warning("encoder", f"{exported}: not there; PyTorch will be used", INDEX)
        return
    verify_export(exported)
    vector = open_for_serving(config, entry.fingerprint).encode_queries(["policy"])
    if vector.shape != (1, entry.dimension):
        yield problem("encoder", f"{exported}: gives vectors of another length", INDEX)
    else:
        yield ok("encoder", f"{entry.name} ({entry.fingerprint}): whole, and makes vectors")
