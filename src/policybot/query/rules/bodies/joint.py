"""The number of issuers: jointly, alone, by three bodies."""

from __future__ import annotations

from dataclasses import dataclass

from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import has_class


@dataclass(frozen=True, slots=True)
class BodyCount:
    """How many bodies issued a policy: at least, and at most (None: no upper limit)."""

    least: int
    most: int | None


JOINT, ALONE = BodyCount(2, None), BodyCount(1, 1)

_OTHERS = "(?:{with_|and}(?:{article|any|several|number}*{other}(?:{word}?{body_noun})?))"


@rule(
    "count_of_bodies",
    "(?P<not>(?:{not}{dash}?@aux{issue}?{adverb}*)?){jointly}"
    + _OTHERS
    + "?(?P<keep_with>{with_}(?=@body))?",
    bonus=0.3,
)
def jointly(matched: RuleMatch) -> BodyCount | None:
    """Issued by two bodies or more.

    Which policies were issued jointly? → issued jointly
    Which policies were not issued jointly? → issued by one body
    联合发布的政策有哪些 → issued jointly
    políticas emitidas conjuntamente → issued jointly
    """
    last = matched.before[-1:]
    if _qualifies(matched) or (has_class(last, "to") and not last[0].is_han):
        return None
    return ALONE if matched.has("not") else JOINT


def _qualifies(matched: RuleMatch) -> bool:
    """Return whether "joint" qualifies a topic: "a joint meeting", but not "joint documents"."""
    issues = has_class(matched.before[-1:], "issue", "issue_mark", "I", "body_noun", "D", "adverb")
    return not issues and any(t.is_word and not t.is_han for t in matched.after[:1])


@rule("count_of_bodies", "{jointly}{issue}?{issue_mark}?{of}?{except_post}", bonus=1)
def not_jointly(matched: RuleMatch) -> BodyCount:
    """Except those issued jointly.

    发改委的政策，联合发的不算 → issued by National Development and Reform Commission; issued by one body
    """
    return ALONE


@rule("count_of_bodies", "{with_}(?=@body)", bonus=-0.3)
def with_body(matched: RuleMatch) -> BodyCount | None:
    """Issued by one body with another.

    What did MIIT issue jointly with the NDRC? → issued jointly by Ministry of Industry and Information Technology and National Development and Reform Commission
    """
    issued = has_class(matched.before, "issue", "I", "jointly")
    about = has_class(matched.before[-2:], "mention", "discuss", "about")
    return JOINT if issued and not about else None


@rule("count_of_bodies", "{jointly}?" + _OTHERS + "{jointly}?", bonus=0.2)
def with_others(matched: RuleMatch) -> BodyCount | None:
    """Issued with other bodies.

    What did MIIT issue with other ministries? → issued by Ministry of Industry and Information Technology; issued jointly
    工信部跟别的部门一块儿发的文件 → issued by Ministry of Industry and Information Technology; issued jointly
    """
    before = matched.before
    issued = max((at for at, t in enumerate(before) if {"issue", "I"} & t.classes), default=-1)
    if has_class(before[issued + 1 :], "about"):
        return None  # "issued on cooperation with others"
    return JOINT if has_class(matched.of(), "with_", "jointly") else None


@rule(
    "count_of_bodies",
    "(?P<not>(?:{not}@aux)?)(?P<keep_issue>{issue}?){jointly}?{by|from|including}?(?P<number>(?:{several|exactly|at_least|more_than}|{number}){1,2}){unit_mark}?{or_more}?{word|praise}?{body_noun}(?P<more>{or_more}?)(?P<keep_verb>{jointly}?)(?P<including>{comma}?{including})?",
    bonus=1,
)
def by_several(matched: RuleMatch) -> BodyCount | None:
    """Issued by a number of bodies.

    policies issued by five bodies → issued by 5 bodies
    Which policies were issued by at least three ministries? → issued by 3 or more bodies
    三个以上部门联合发布的政策有哪些 → issued by 3 or more bodies
    """
    count = matched.number("number")
    if count is None:
        if not has_class(matched.of(), "several"):
            return None
        return ALONE if matched.has("not") else JOINT
    if matched.has("including"):
        return JOINT
    above = has_class(matched.of(), "more_than")
    count += above
    if matched.has("not") or count < 2:
        return None
    open_ended = above or has_class(matched.of(), "at_least", "or_more")
    return BodyCount(count, None if open_ended else count)


@rule(
    "count_of_bodies",
    "(?P<not>(?:{not}@aux)?)(?:(?P<keep_issue>{issue})?{by|from}?{one_body}{word}?{body_noun}(?:{alone|only})?)",
    bonus=1,
)
def by_one(matched: RuleMatch) -> BodyCount:
    """Issued by one body and no other.

    Which policies were issued by a single ministry? → issued by one body
    由一个部门单独发布的政策 → issued by one body
    """
    return JOINT if matched.has("not") else ALONE


@rule(
    "count_of_bodies",
    "(?P<not>(?:{not}@aux)?)(?P<keep_by>(?:{issue}{by|from}?|{by|from})@bodies)(?:{alone|only})|(?P<not2>{not}?)(?P<keep_body>@bodies(?:{D}|{in}|{adverb})*)(?:{alone})(?=(?:{issue|D|in}|$|{stop}))|(?P<not3>(?:{not}@aux)?)(?P<keep_verb>{issue}(?:{document|thing|kind}{0,2}))(?:{alone})",
    bonus=1,
)
def alone(matched: RuleMatch) -> BodyCount:
    """Issued by a body alone.

    policies issued by MIIT only → issued by Ministry of Industry and Information Technology; issued by one body
    Did MIIT issue anything on its own? → issued by Ministry of Industry and Information Technology; issued by one body
    工信部单独发布了哪些政策 → issued by Ministry of Industry and Information Technology; issued by one body
    """
    return JOINT if any(matched.has(name) for name in ("not", "not2", "not3")) else ALONE


@rule(
    "count_of_bodies",
    "{not}@aux(?P<keep_by>{issue}?{by|from}?@bodies){alone|only}|{not}{be}?(?P<keep_body>{by}?@bodies){alone}(?P<keep_verb>{issue})",
    bonus=6,
)
def not_alone(matched: RuleMatch) -> BodyCount:
    """Not issued by a body alone.

    Which policies were not issued by MIIT alone? → issued by Ministry of Industry and Information Technology; issued jointly
    哪些政策不是工信部单独发布的 → issued by Ministry of Industry and Information Technology; issued jointly
    """
    return JOINT


@rule(
    "count_of_bodies",
    "(?:(?P<keep_issue>{issue}){alone|only}|{only})(?P<keep_by>{by|from}@bodies|@bodies(?={issue}))|{by|from}{only}(?P<keep_bodies>@bodies)",
    bonus=1,
)
def only_by(matched: RuleMatch) -> BodyCount:
    """Issued only by a body.

    policies issued solely by MIIT → issued by Ministry of Industry and Information Technology; issued by one body
    仅由工信部发布的政策有哪些 → issued by Ministry of Industry and Information Technology; issued by one body
    """
    return ALONE


@rule(
    "count_of_bodies",
    "{without|not}(?:{article|any}*{other}{word}?{body_noun}?)(?:{adverb}|{issue})?",
    bonus=1,
)
def without_others(matched: RuleMatch) -> BodyCount:
    """Issued without other bodies.

    Which policies did MIIT issue without other ministries? → issued by Ministry of Industry and Information Technology; issued by one body
    """
    return ALONE
