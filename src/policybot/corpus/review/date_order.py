"""Tell the order of day and month of a document by the other documents of its issuers.

Whether 12/02/2018 is in February is open in a document without a day over 12. Where all other
documents of its issuers that show an order show the same one, its dates may be read by that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policybot.corpus.dates import find_unreadable_dates
from policybot.corpus.importers.printed_dates import date_style
from policybot.corpus.issuers.table import IssuerBook
from policybot.model import Policy

Orders = Mapping[str, bool | None]
"""By issuer, whether its documents write the day first; None if they differ."""


def needs_order(policy: Policy) -> bool:
    """Return whether a policy lacks a date, and its text has one whose day and month are open."""
    if policy.date is not None or date_style([policy.body]).day_first is not None:
        return False
    return any(
        found.problem.startswith("it may be") for found in find_unreadable_dates(policy.body)
    )


def orders_of(policies: Iterable[Policy], book: IssuerBook) -> Orders:
    """Return the order that each issuer's documents show, by the issuer's canonical name."""
    orders: dict[str, bool | None] = {}
    for policy in policies:
        order = date_style([policy.body]).day_first
        if order is None:
            continue
        for name in _names(policy, book):
            orders[name] = order if orders.setdefault(name, order) == order else None
    return orders


def order_for(policy: Policy, orders: Orders, book: IssuerBook) -> bool | None:
    """Return whether the issuers of a policy write the day first; None if that is open."""
    known = {orders[name] for name in _names(policy, book) if name in orders}
    return known.pop() if len(known) == 1 else None


def _names(policy: Policy, book: IssuerBook) -> list[str]:
    return [book.canonical(name) or name.casefold() for name in policy.issuers]
