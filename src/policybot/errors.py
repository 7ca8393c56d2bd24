"""The errors policybot raises, in one small tree.

PolicyBotError
├── ConfigError            bot_config.toml, the environment or an option is wrong
├── CorpusError            the corpus cannot be read as it stands
│   ├── DateError          a date that is not one date
│   └── ImportRefusedError a source file that cannot be imported
│       └── SourceChangedError  its content differs from the one imported before
├── EncoderError           a model that cannot be loaded, or is not the one expected
├── IndexUnusableError     the index cannot be used
│   ├── NoIndexError       nothing has been indexed yet
│   ├── IndexDamagedError  a file is missing, truncated or altered
│   ├── IndexMismatchError another schema or another encoder
│   └── IndexLockedError   another builder is at work
├── ClusterError           other machines cannot do the work
├── PolicyNotFoundError    no policy has that id
├── LexiconError           a lexicon of the question reader is wrong
└── UnavailableError       a service is temporarily unreachable

Every message says what is wrong, where, and what to do; the terminal prints it as one line and
exits with 2.
"""

from __future__ import annotations


class PolicyBotError(Exception):
    """The root of everything policybot raises on purpose."""


class ConfigError(PolicyBotError):
    """The configuration, the environment or an option is wrong."""


class CorpusError(PolicyBotError):
    """The corpus cannot be read as it stands."""


class DateError(CorpusError):
    """A text that is not exactly one valid, unambiguous date."""


class ImportRefusedError(CorpusError):
    """A source file that cannot be imported; nothing of it was written."""


class SourceChangedError(ImportRefusedError):
    """A source whose content differs from the one imported before; replacing must be explicit."""


class EncoderError(PolicyBotError):
    """A model that cannot be loaded, or is not the one that was expected."""


class IndexUnusableError(PolicyBotError):
    """The index cannot be used."""


class NoIndexError(IndexUnusableError):
    """Nothing has been indexed yet."""


class IndexDamagedError(IndexUnusableError):
    """A file of the index is missing, truncated or altered."""


class IndexMismatchError(IndexUnusableError):
    """The index was built with another schema or another encoder."""


class IndexLockedError(IndexUnusableError):
    """Another process is building the index."""


class ClusterError(PolicyBotError):
    """The cluster cannot be reached, or its machines lack what the work needs."""


class PolicyNotFoundError(PolicyBotError):
    """No policy of the corpus has that id."""


class ProvisionNotFoundError(PolicyBotError):
    """The policy has no provision at that address."""


class UnavailableError(PolicyBotError):
    """A service that the answer needs is temporarily unreachable; retrying may help."""


class LexiconError(PolicyBotError):
    """A lexicon of the question reader has an invalid entry."""
