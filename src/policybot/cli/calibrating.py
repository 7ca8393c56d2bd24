"""Commands that decide when to answer: calibrate."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policybot.cli.common import configuration, progress_bar, table

if TYPE_CHECKING:
    from policybot.calibration.calibrate import Fit
    from policybot.index.calibration import Calibration, Point

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
    help="Questions that this corpus does not answer: another one's (*.jsonl); may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def calibrate(
    context: click.Context, questions: Path | None, foreign: tuple[Path, ...], as_json: bool
) -> None:
    """Fit to the corpus how sure an answer must be, and show what that answers and declines.

    Asked are questions made from the corpus and everyday ones; those of QUESTIONS.jsonl, in the
    form `policybot eval` reads, and of --foreign count for more. They are kept: whenever the corpus
    is indexed anew, they are asked again. `policybot index` does all this by itself, without them.

    \b
    policybot calibrate
    policybot calibrate questions.jsonl --foreign collections/orsharc/queries-dev.jsonl
    """
    from policybot.calibration.calibrate import read_foreign, recalibrate
    from policybot.encoder import open_for_serving
    from policybot.evaluate import read_questions
    from policybot.index.shelf import shelf_of

    config = configuration(context)
    labelled = None
    if questions or foreign:
        labelled = read_questions(questions) if questions else []
        labelled += [question for path in foreign for question in read_foreign(path)]
    fingerprint = shelf_of(config.index).manifest().encoder.fingerprint
    encoder = open_for_serving(config, fingerprint)
    with progress_bar() as progress:
        name, fit = recalibrate(config, encoder, labelled, progress)
    if as_json:
        click.echo(json.dumps(_figures(name, fit), ensure_ascii=False))
    else:
        _say(name, fit)


def summary(calibration: Calibration) -> str:
    """Say in a line what a calibration rests on and what it answers."""
    asked = calibration.questions
    if not calibration.fitted:
        few = f" ({asked['own']} questions could be made from the corpus)" if asked else ""
        return f"the default{few}"
    counts = f"{asked['own']} questions made from the corpus, {asked['foreign']} foreign"
    if labelled := asked["labelled_own"] + asked["labelled_foreign"]:
        counts += f", {labelled} labelled"
    shares = "; ".join(_shares(point) for point in calibration.points.values())
    return f"{counts}: {shares} ({calibration.fitted[:10]})"


def _shares(point: Point) -> str:
    return f"{point.answered:.1%} of its own answered, {point.declined:.1%} of foreign declined"


def _say(name: str, fit: Fit) -> None:
    from policybot.calibration.fit import curve, point

    asked = fit.calibration.questions
    if not fit.asked:
        click.echo(
            f"{asked['own']} questions can be made from the corpus: too few to fit, so the default "
            "stands; give some of your own: policybot calibrate QUESTIONS.jsonl"
        )
        click.echo(f"generation {name}")
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
            if any(one.own for one in part):
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
        judged = [one for one in part if one.labelled]
        if judged:
            shares = point(judged, threshold)
            click.echo(f"of the labelled alone, {_shares(shares)}")
    click.echo(f"\ngeneration {name}")


def _row(bar: float, threshold: float, shares: Point) -> tuple[str, ...]:
    return (
        f"{_confidence(bar, threshold):.3f}",
        f"{shares.rightly:.1%}",
        f"{shares.answered:.1%}",
        f"{1 - shares.answered:.1%}",
        f"{shares.declined:.1%}",
    )


def _confidence(bar: float, threshold: float) -> float:
    """Return the confidence that evidence of ``bar`` gives now."""
    return 1 / (1 + math.exp(threshold - bar))


def _figures(name: str, fit: Fit) -> dict[str, Any]:
    import dataclasses

    from policybot.calibration.fit import curve, point

    routes: dict[str, Any] = {}
    for vector, route, threshold in zip((True, False), _ROUTES, fit.thresholds, strict=True):
        part = fit.part(vector=vector)
        judged = [one for one in part if one.labelled]
        routes[route] = {
            "fitted": route in fit.calibration.points,
            "weights": dataclasses.asdict(getattr(fit.calibration, route)),
            "chosen": dataclasses.asdict(point(part, threshold)),
            "labelled": dataclasses.asdict(point(judged, threshold)) if judged else None,
            "curve": [
                {"confidence": round(_confidence(bar, threshold), 4), **dataclasses.asdict(shares)}
                for bar, shares in curve(part)
            ],
        }
    return {"generation": name, "questions": dict(fit.calibration.questions), **routes}


COMMANDS = {"calibrate": calibrate}
