from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

from policybot.encoder import pieces
from policybot.encoder.pieces import PieceTokenizer, split_tokenizer

_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
_LATIN = [
    "▁",
    "a",
    "b",
    "c",
    "ab",
    "bc",
    "abc",
    "▁a",
    "▁ab",
    "▁the",
    "the",
    "t",
    "h",
    "e",
    "ff",
    "f",
]
_OTHER = ["法", "法律", "律", "▁法", "é", "ée", "▁caf"]
_PIECES = [*_SPECIAL, *_LATIN, *_OTHER]
_SCORES = [0.0] * 4 + [-2.0 - (7 * at % 11) / 3 for at in range(len(_PIECES) - 4)]


def library() -> Tokenizer:
    """A tokenizer of the kind that models of very many pieces have."""
    tokenizer = Tokenizer(Unigram(list(zip(_PIECES, _SCORES, strict=True)), unk_id=3))
    tokenizer.normalizer = NFKC()
    tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always")
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", pair=None, special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> PieceTokenizer:
    folder = tmp_path_factory.mktemp("pieces")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "MANY", 10)
        split = split_tokenizer(library())
    assert split is not None
    (folder / "rules.json").write_text(split[0], encoding="utf-8")
    np.save(folder / "pieces.npy", split[1])
    return PieceTokenizer(folder / "rules.json", folder / "pieces.npy")


@given(st.text(st.sampled_from("abcthe 法律éf▁　☃\n😀"), max_size=40))
def test_a_text_falls_into_the_tokens_that_the_library_gives(
    table: PieceTokenizer, text: str
) -> None:
    wanted = library().encode(text).ids
    assert table.framed(table.ids(text), 1000) == wanted


def test_a_text_seen_before_gives_the_same_tokens(table: PieceTokenizer) -> None:
    assert table.ids("abc the 法律") == table.ids("abc the 法律")


def test_unknown_characters_in_a_row_are_one_token(table: PieceTokenizer) -> None:
    assert table.ids("☃☃☃").count(3) == 1


def test_what_is_past_the_limit_is_cut_off_before_the_closing_token(table: PieceTokenizer) -> None:
    ids = table.framed(table.ids("the " * 50), 8)
    assert len(ids) == 8
    assert (ids[0], ids[-1]) == (0, 2)


def test_a_small_vocabulary_stays_with_the_library() -> None:
    assert split_tokenizer(library()) is None


def test_a_file_that_is_no_table_is_refused(tmp_path: Path, table: PieceTokenizer) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "MANY", 10)
        split = split_tokenizer(library())
    assert split is not None
    (tmp_path / "rules.json").write_text(split[0], encoding="utf-8")
    np.save(tmp_path / "pieces.npy", np.arange(5))
    with pytest.raises(ValueError, match="not a table"):
        PieceTokenizer(tmp_path / "rules.json", tmp_path / "pieces.npy")
