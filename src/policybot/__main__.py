"""``python -m policybot``: the same as the ``policybot`` command."""

from policybot.cli import main

main()
