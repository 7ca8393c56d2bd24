"""Rules over word classes and entities: they propose nodes, ``resolve`` chooses among them."""

from policybot.query.rules import (  # noqa: F401 - importing them registers their rules
    asks,
    courtesies,
    duties,
    frames,
    held,
    languages,
    mentions,
    ruled,
    stated,
)
from policybot.query.rules.bodies import issuers, joint, unknown  # noqa: F401
from policybot.query.rules.days import dates, left_out, order, terms, validity  # noqa: F401
