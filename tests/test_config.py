"""The configuration and the token: what is wrong is named, and the token is never shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from policybot.config import Config, load_config, read_token
from policybot.errors import ConfigError

TOKEN = "123456789:AAsecret-part_of-the-token"


def loaded(folder: Path, text: str) -> Config:
    (folder / "bot_config.toml").write_text(text, encoding="utf-8")
    return load_config(folder / "bot_config.toml", {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[log]\nquestions = 1", "[log] questions = 1: must be true or false"),
        ('[log]\nquestions = "no"', "must be true or false"),
        ("[metrics]\nlisten = 9464", "must be a text in quotes"),
        ('[metrics]\nlissen = "x"', "did you mean listen?"),
        ('[metric]\nlisten = "x"', "did you mean metrics?"),
        ("a = " + "[" * 5000, "cannot be read as TOML"),
        ('[telegram]\nbase_url = "not a url"', "must be the address of a Bot API server"),
        ('[telegram]\nbase_url = "https://api.telegram.org"', "ending in /bot"),
        ('[telegram]\nbase_url = "http://127.0.0.1:9x/bot"', "ending in /bot"),
        ('[telegram]\nbase_url = "http://[::1/bot"', "ending in /bot"),
        ('[telegram]\nbase_url = "ftp://127.0.0.1/bot"', "http or https"),
        (
            '[telegram]\nwebhook_listen = "nonsense"',
            "'nonsense': must be host:port",
        ),
        ('[metrics]\nlisten = "localhost:http"', "[metrics] listen = 'localhost:http': must be"),
        ('[metrics]\nlisten = "127.0.0.1:70000"', "must be host:port"),
        ('[telegram]\nname = { fr = "x" }', "name.fr: no language of the interface; known: en, zh"),
        ("[telegram]\nname = { zh = 1 }", "name.zh = 1: must be a text in quotes"),
        (
            '[telegram]\nname = { zh = "' + "政" * 65 + '" }',
            "65 characters; Telegram allows 64",
        ),
        ("[telegram]\nstate = { en = 1 }", "must be a text in quotes"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert said in str(caught.value)


def test_nothing_listens_and_no_question_is_logged_by_default() -> None:
    assert Config().metrics.listen is None
    assert not Config().log.questions


def test_the_token_never_stands_in_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, f'[telegram]\ntoken = "{TOKEN}"')
    assert "the token never stands in this file" in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_the_token_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    file.chmod(0o600)
    assert read_token({"POLICYBOT_TOKEN": f" {TOKEN} "}) == TOKEN
    assert read_token({"POLICYBOT_TOKEN_FILE": str(file)}) == TOKEN


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_a_token_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN, encoding="utf-8")
    file.chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        read_token({"POLICYBOT_TOKEN_FILE": str(file)})


@pytest.mark.parametrize("token", ["hello", "123:", ":abc", "12 3:abc", "123:ab c", "123:ключ"])
def test_a_malformed_token_is_refused_unseen(token: str) -> None:
    with pytest.raises(ConfigError, match="malformed") as caught:
        read_token({"POLICYBOT_TOKEN": token})
    assert token not in str(caught.value)


def test_a_token_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_token({"POLICYBOT_TOKEN_FILE": str(tmp_path / "none")})
    file = tmp_path / "binary"
    file.write_bytes(os.urandom(4) + b"\xff\xfe")
    file.chmod(0o600)
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_token({"POLICYBOT_TOKEN_FILE": str(file)})
