"""The validity of a policy on a day, on one line, as far as the sources state it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from policybot.model import REASONS, Hit, Validity, Version

Language = Literal["en", "zh", "es"]

_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "in_force": "in force {when}", "not_yet": "not yet in force {when}",
        "ended": "no longer in force {when}", "unknown": "not known whether in force {when}",
        "day": "on {}", "today": "today, {}", "days": "within {} to {}",
        "line": "{}: {}", "between": ", ",
        "since": "since {}", "until": "until {}", "from": "in force from {}",
        "status": "status “{}”", "expired": "expired {}",
        "amended": "until {}, then amended",
        "version": "version {} of {}{}{}", "span": ", {} to {}", "from_day": ", from {}",
        "to_day": ", until {}", "next": "; a later version from {}", "issued": "issued later",
        "repeals": "repealed {} by “{}”", "replaces": "replaced {} by “{}”", "undated": "(undated)",
        **{name: words for name, words in REASONS.items() if name not in {"repeals", "replaces",
           "status", "issued", "version"}},
    },
    "zh": {
        "in_force": "{when}有效", "not_yet": "{when}尚未生效", "ended": "{when}已失效",
        "unknown": "{when}是否有效不明",
        "day": "{}", "today": "今天（{}）", "days": "{}至{}期间",
        "line": "{}：{}", "between": "，",
        "since": "自{}起", "until": "至{}", "from": "自{}起生效",
        "status": "状态“{}”", "expired": "{}到期", "issued": "发布在后",
        "repeals": "{}被“{}”废止", "replaces": "{}被“{}”取代", "undated": "（日期不明）",
        "effective": "载明生效日期", "expires": "载明失效日期",
        "amended": "至{}，此后经修订", "version": "第{}版（共{}版）{}{}", "span": "，{}至{}",
        "from_day": "，自{}起", "to_day": "，至{}", "next": "；后一版自{}起",
        "not_stated": "未载明生效日期",
        "effective_imprecise": "未载明生效的具体日期", "end_imprecise": "未载明失效的具体日期",
        "end_undated": "未载明失效日期",
    },
    "es": {
        "in_force": "en vigor {when}", "not_yet": "aún no en vigor {when}",
        "ended": "ya no en vigor {when}", "unknown": "no consta si está en vigor {when}",
        "day": "el {}", "today": "hoy, {}", "days": "entre el {} y el {}",
        "line": "{}: {}", "between": ", ",
        "since": "desde {}", "until": "hasta {}", "from": "en vigor desde {}",
        "status": "estado «{}»", "expired": "expiró el {}", "issued": "emitida después",
        "repeals": "derogada {} por «{}»", "replaces": "sustituida {} por «{}»",
        "undated": "(sin fecha)",
        "amended": "hasta {}, modificada después",
        "version": "versión {} de {}{}{}", "span": ", del {} al {}", "from_day": ", desde {}",
        "to_day": ", hasta {}", "next": "; una posterior desde {}",
        "effective": "consta su fecha de entrada en vigor", "expires": "consta su fecha de fin",
        "not_stated": "no consta su fecha de entrada en vigor",
        "effective_imprecise": "no consta el día de su entrada en vigor",
        "end_imprecise": "no consta el día de su fin",
        "end_undated": "no consta la fecha de su fin",
    },
}  # fmt: skip


def validity_line(validity: Validity, language: Language = "en") -> str:
    """Return the state, its day, and the reasons."""
    words = _WORDS[language]
    first, last = validity.days
    if first == last:
        when = words["today" if validity.is_today else "day"].format(first)
    else:
        when = words["days"].format(first, last)
    state = words[validity.state].format(when=when)
    return words["line"].format(state, words["between"].join(_reasons(validity, words)))


def version_line(version: Version, language: Language = "en") -> str:
    """Return which of a policy's versions a text is, its days, and the first day of the next."""
    words = _WORDS[language]
    since, until = version.since, version.last_day
    if since and until:
        days = words["span"].format(since, until)
    elif since or until:
        days = words["from_day" if since else "to_day"].format(since or until)
    else:
        days = ""
    then = words["next"].format(version.next) if version.next else ""
    return words["version"].format(version.number, version.total, days, then)


def state_lines(hit: Hit, language: Language = "en") -> list[str]:
    """Return the version of a hit's text, and its state on the question's day where shown."""
    version = [version_line(hit.policy.version, language)] if hit.policy.version else []
    shown = hit.validity if hit.validity and hit.validity.is_shown else None
    return version + ([validity_line(shown, language)] if shown else [])


def _reasons(validity: Validity, words: dict[str, str]) -> Iterator[str]:
    if validity.state == "unknown":
        yield words[validity.reason]
    if validity.reason == "issued":
        yield words["issued"]
    if validity.since:
        yield words["from" if validity.state == "not_yet" else "since"].format(validity.since)
    if validity.status:
        yield words["status"].format(validity.status)
    if validity.by:
        yield words[validity.by.kind].format(validity.until or words["undated"], validity.by.title)
    elif validity.until and validity.reason == "version":
        yield words["amended"].format(validity.until)
    elif validity.until:
        yield words["expired" if validity.state == "ended" else "until"].format(validity.until)
