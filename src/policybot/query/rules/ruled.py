"""Whether something is ruled at all: what is said of it is wanted, and no kind of document."""

from __future__ import annotations

from policybot.query.rules.asks import PolicyQuestion
from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import word_classes

_DOCUMENTS = word_classes("issue document D I mention title")


@rule(
    "ask",
    "(?:{be}?{ruled}|{which|whether}{1,2}{rule_noun}){of}?{particle|question_particle|issue_mark}*(?={question|stop|mark|comma}*$)",
    bonus=1,
)
def is_ruled(matched: RuleMatch) -> PolicyQuestion | None:
    """Whether something is ruled, said after it.

    传感器收费多少是有规定的吗？ → find; about “传感器收费”
    传感器收费有没有规定？ → find; about “传感器收费”
    传感器收费是否有规定 → find; about “传感器收费”
    传感器收费有什么规定吗 → find; about “传感器收费”
    有规定吗 → find
    """
    before = matched.tokens[: matched.match.start()]
    end = matched.of()[-1].classes
    asks = {"particle", "question_particle", "whether"}
    ended = any(asks & token.classes for token in matched.of()) and "of" not in end
    told = matched.starts or any(token.is_word for token in before)
    return PolicyQuestion("other") if ended and told else None


@rule(
    "ask",
    "{be|have|do}?{there}{any|article|adverb}*(?P<keep>{word|praise})?{rule_noun}(?={about|for_|in|to|how|whether|which|where|relative|word})",
    bonus=1,
)
def there_is_a_rule(matched: RuleMatch) -> PolicyQuestion | None:
    """Whether something is ruled, said before it.

    Is there a rule on sensors? → find; about “sensors”
    Are there any rules about sensors? → find; about “sensors”
    Are there special rules for sensors? → find; about “special for sensors”
    ¿Hay alguna regla sobre sensores? → find; about “sensores”
    Are there any rules that MIIT issued in 2012? → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    """
    others = [
        *matched.tokens[: matched.match.start()],
        *matched.tokens[matched.match.end() :],
    ]
    documents = any(_DOCUMENTS & token.classes for token in others)
    return None if documents or not matched.starts else PolicyQuestion("other")
