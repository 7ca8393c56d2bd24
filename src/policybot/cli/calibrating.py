"""The command that decides when to answer: calibrate."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policybot.cli.common import configuration, progress_bar, table

if TYPE_CHECKING:
    from policybot.evaluation.calibration.calibrate import Fit
    from policybot.evaluation.calibration.fit import Asked
    from policybot.evaluation.evaluate import Question
    from policybot.index.format.calibration import Calibration, Point

_ROUTES = {
    "with_vector": "questions the encoder reads",
    "without_vector": "questions in a language the encoder does not read (words alone)",
}


@click.command()
@click.argument(
    "questions",
    required=False,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="[QUESTIONS.jsonl]",
)
@click.option(
    "--foreign",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Questions that this corpus does not answer, as of another corpus (*.jsonl); repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def calibrate(
    context: click.Context, questions: Path | None, foreign: tuple[Path, ...], as_json: bool
) -> None:
    """Fit the confidence threshold to the corpus, and show what it answers and declines.

    It asks questions made from the corpus and everyday ones. Those of QUESTIONS.jsonl (the format
    of `policybot eval`) and of --foreign weigh more; at most 300 of each kind (those that the
    corpus answers, foreign ones) are used, evenly spread over the file.

    They are kept in questions.jsonl below the index, replacing earlier ones of their kind, and
    asked again whenever the corpus is indexed. Delete that file to drop all. `policybot index`
    calibrates by itself.

    \b
    policybot calibrate
    policybot calibrate questions.jsonl --foreign collections/orsharc/queries-dev.jsonl
    """
    from policybot.encoder import open_for_serving
    from policybot.evaluation.calibration.calibrate import (
        kept_questions,
        merge_questions,
        read_foreign,
        recalibrate,
    )
    from policybot.evaluation.evaluate import read_questions
    from policybot.index.serve.store import store_of

    config = configuration(context)
    given = read_questions(questions) if questions else []
    given += [question for path in foreign for question in read_foreign(path)]
    before = kept_questions(config.index.path)
    labelled = merge_questions(before, given)
    fingerprint = store_of(config.index).manifest().encoder.fingerprint
    encoder = open_for_serving(config, fingerprint)
    with progress_bar() as progress:
        name, fit = recalibrate(config, encoder, labelled if given else None, progress)
    kept = {kind: _kept(kind, before, given, labelled) for kind in ("own", "foreign")}
    if as_json:
        click.echo(json.dumps({**_figures(name, fit), "kept": kept}, ensure_ascii=False))
    else:
        _say(fit)
        if labelled:
            lines = "; ".join(_kept_line(kind, counts) for kind, counts in kept.items())
            click.echo(f"\nkept for later fits: {lines}")
        click.echo(f"\ngeneration {name}")


def summary(calibration: Calibration) -> str:
    """Return on one line what a calibration is based on, and its shares answered and declined."""
    asked = calibration.questions
    if not calibration.fitted:
        few = f" ({asked['own']} questions could be made from the corpus)" if asked else ""
        return f"the default{few}"
    counts = f"{asked['own']} questions made from the corpus, {asked['foreign']} foreign"
    if labelled := asked["labelled_own"] + asked["labelled_foreign"]:
        counts += f", {labelled} labelled"
    shares = "; ".join(
        _shares(point.answered, point.declined) for point in calibration.points.values()
    )
    return f"{counts}: {shares} ({calibration.fitted[:10]})"


def _kept(
    kind: str,
    before: Sequence[Question],
    given: Sequence[Question],
    labelled: Sequence[Question],
) -> dict[str, int]:
    """Count the kept questions of a kind, and those that they replaced."""
    old, new, kept = (
        sum((question.kind == "none") == (kind == "foreign") for question in part)
        for part in (before, given, labelled)
    )
    return {"questions": kept, "replaced": old if new else 0}


def _kept_line(kind: str, counts: Mapping[str, int]) -> str:
    name = "of the corpus" if kind == "own" else "foreign"
    replaced = f" (in place of {counts['replaced']})" if counts["replaced"] else ""
    return f"{counts['questions']} {name}{replaced}"


def _shares(answered: float | None, declined: float | None) -> str:
    shares = ((answered, "of its own answered"), (declined, "of foreign declined"))
    return ", ".join(f"{share:.1%} {meaning}" for share, meaning in shares if share is not None)


def _say(fit: Fit) -> None:
    from policybot.evaluation.calibration.fit import curve, point

    asked = fit.calibration.questions
    if not fit.asked:
        click.echo(
            f"{asked['own']} questions can be made from the corpus: too few to fit, so the default "
            "stands; give some of your own: policybot calibrate QUESTIONS.jsonl"
        )
        return
    click.echo(
        f"asked {asked['own']} questions made from the corpus and {asked['foreign']} foreign ones"
    )
    if labelled := asked["labelled_own"] + asked["labelled_foreign"]:
        click.echo(
            f"asked {labelled} labelled ones: {asked['labelled_own']} of the corpus, "
            f"{asked['labelled_foreign']} foreign"
        )
    if asked["left_out"]:
        click.echo(
            f"left out {asked['left_out']} labelled ones: lists, filters and numbers are answered "
            "whatever the confidence; or no policy has the expected id or date"
        )
    for vector, (route, meaning), threshold in zip(
        (True, False), _ROUTES.items(), fit.thresholds, strict=True
    ):
        part = fit.part(vector=vector)
        if route not in fit.calibration.points:
            if any(question.own for question in part):
                click.echo(f"\n{meaning}: too few to fit, so the default stands")
            continue
        click.echo(f"\n{meaning}; answered from a confidence of 0.5 on")
        rows = [_row(bar, threshold, shares) for bar, shares in curve(part)]
        rows.append(_row(threshold, threshold, point(part, threshold)))
        rows.sort(key=lambda row: float(row[0]))
        table(
            ("confidence", "answered rightly", "answered", "declined wrongly", "foreign declined"),
            rows,
        )
        if judged := _labelled(part, threshold):
            shown = _shares(judged["answered"], judged["declined"])
            click.echo(f"of the labelled alone, {shown}")


def _row(bar: float, threshold: float, shares: Point) -> tuple[str, ...]:
    return (
        f"{_confidence(bar, threshold):.3f}",
        f"{shares.rightly:.1%}",
        f"{shares.answered:.1%}",
        f"{1 - shares.answered:.1%}",
        f"{shares.declined:.1%}",
    )


def _confidence(bar: float, threshold: float) -> float:
    """Return the confidence now given to evidence of strength ``bar``."""
    return 1 / (1 + math.exp(threshold - bar))


def _figures(name: str, fit: Fit) -> dict[str, Any]:
    import dataclasses

    from policybot.evaluation.calibration.fit import curve, point

    routes: dict[str, Any] = {}
    for vector, route, threshold in zip((True, False), _ROUTES, fit.thresholds, strict=True):
        part = fit.part(vector=vector)
        routes[route] = {
            "fitted": route in fit.calibration.points,
            "weights": dataclasses.asdict(getattr(fit.calibration, route)),
            "chosen": dataclasses.asdict(point(part, threshold)),
            "labelled": _labelled(part, threshold),
            "curve": [
                {"confidence": round(_confidence(bar, threshold), 4), **dataclasses.asdict(shares)}
                for bar, shares in curve(part)
            ],
        }
    return {"generation": name, "questions": dict(fit.calibration.questions), **routes}


def _labelled(part: list[Asked], threshold: float) -> dict[str, float | None] | None:
    """Return the shares answered and declined of the labelled questions; None for no such ones."""
    from policybot.evaluation.calibration.fit import point

    judged = [question for question in part if question.labelled]
    if not judged:
        return None
    own = {question.own for question in judged}
    shares = point(judged, threshold)
    return {
        "answered": shares.answered if True in own else None,
        "rightly": shares.rightly if True in own else None,
        "declined": shares.declined if False in own else None,
    }


COMMANDS = {"calibrate": calibrate}
