"""The state of a policy on a day, on one line: nothing that no source states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from policybot.model import REASONS, Validity, Version

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
        **{name: said for name, said in REASONS.items() if name not in {"repeals", "replaces",
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
    """Return the state, the day it is of, and what it follows from."""
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


def _reasons(one: Validity, words: dict[str, str]) -> Iterator[str]:
    if one.state == "unknown":
        yield words[one.reason]
    if one.reason == "issued":
        yield words["issued"]
    if one.since:
        yield words["from" if one.state == "not_yet" else "since"].format(one.since)
    if one.status:
        yield words["status"].format(one.status)
    if one.by:
        yield words[one.by.kind].format(one.until or words["undated"], one.by.title)
    elif one.until and one.reason == "version":
        yield words["amended"].format(one.until)
    elif one.until:
        yield words["expired" if one.state == "ended" else "until"].format(one.until)
