"""`policybot doctor`: each thing that keeps a bot from answering is named, with what to do."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from botapi_server import BotApiServer, botapi_thread
from policybot.bot.store.state import State
from policybot.config import Config, load_config
from policybot.doctor import Finding, data, examine, local, remote
from policybot.doctor.local import picture
from tests.project import indexed_project, policybot

TOKEN = "123456789:AAsecret-part_of-the-token-000000"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The indexed project, hard-linked: a test replaces files and never writes into one."""
    shutil.copytree(indexed_project(), tmp_path, copy_function=os.link, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with nothing in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def server() -> Iterator[BotApiServer]:
    with botapi_thread() as running:
        yield running


def findings(token: str | None = TOKEN, *, offline: bool = True, **environ: str) -> list[Finding]:
    given = {"POLICYBOT_TOKEN": token} if token else {}
    return list(examine(None, given | environ, offline=offline))


def of(check: str, found: Iterable[Finding]) -> list[str]:
    return [f"{one.level}: {one.message}; {one.cure}" for one in found if one.check == check]


def lines(look: Callable[[Config], Iterable[Finding]]) -> list[str]:
    """Return what one check finds with the configuration of the working folder."""
    return [f"{one.level}: {one.message}; {one.cure}" for one in look(load_config())]


def asked(server: BotApiServer, check: str, token: str | None = None) -> list[str]:
    """Return what asking Telegram finds."""
    found = remote.telegram(load_config(), token or server.token, offline=False)
    return of(check, found)


def replace(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")


def configure(folder: Path, text: str) -> None:
    replace(folder / "bot_config.toml", text)


def test_all_is_well_with_a_project_that_is_indexed(folder: Path, server: BotApiServer) -> None:
    configure(folder, f'[telegram]\nbase_url = "{server.base_url}"\n')
    found = findings(server.token, offline=False)
    # A machine need not have a font with Chinese.
    assert {one.level for one in found if one.check != "picture"} == {"ok"}
    checks = ["config", "token", "state", "corpus", "index", "index", "encoder", "disk", "clock"]
    assert [one.check for one in found] == [
        *checks,
        *("picture", "telegram", "privacy", "inline", "clock"),
    ]


def test_a_line_each_and_2_for_a_problem(folder: Path) -> None:
    done = policybot("doctor", "--offline", folder=folder, POLICYBOT_TOKEN=TOKEN)
    assert done.returncode == 0
    assert "ok       index     holds what the corpus holds\n" in done.stdout
    replace(folder / "embeddings" / "CURRENT", "gone\n")
    done = policybot("doctor", "--offline", folder=folder, POLICYBOT_TOKEN=TOKEN)
    assert done.returncode == 2
    assert "problem  index " in done.stdout
    assert "policybot index" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_json_is_one_object(tmp_path: Path) -> None:
    done = policybot("doctor", "--offline", "--json", folder=tmp_path, POLICYBOT_TOKEN=TOKEN)
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"]) == (2, False)
    assert {"check", "level", "message", "cure"} == set(told["findings"][0])
    assert [one["level"] for one in told["findings"] if one["check"] == "index"] == ["problem"]


def test_a_configuration_that_cannot_be_read_is_the_problem(empty: Path) -> None:
    configure(empty, '[serach]\nlimit = "many"\n')
    found = findings()
    assert of("config", found)[0].startswith("problem: bot_config.toml: unknown section [serach]")
    assert [one.check for one in found] == ["config", "token"]


def test_a_configuration_that_anybody_can_change_is_a_problem(empty: Path) -> None:
    configure(empty, "")
    (empty / "bot_config.toml").chmod(0o666)
    assert lines(local.configuration) == [
        "problem: bot_config.toml: anybody can change it; chmod -R o-w bot_config.toml"
    ]


def test_a_webhook_without_https_is_a_problem(empty: Path) -> None:
    configure(empty, '[telegram]\nmode = "webhook"\nwebhook_url = "http://bot.example.org/"\n')
    assert any("Telegram calls https only" in one for one in lines(local.configuration))


def test_a_token_that_would_travel_in_the_clear_is_a_problem(empty: Path) -> None:
    configure(empty, '[telegram]\nbase_url = "http://bots.example.org:8081/bot"\n')
    assert any("in the clear" in one for one in lines(local.configuration))
    configure(empty, '[telegram]\nbase_url = "http://127.0.0.1:8081/bot"\n')
    assert len(lines(local.configuration)) == 1


def test_figures_for_everybody_are_a_warning(empty: Path) -> None:
    configure(empty, '[metrics]\nlisten = "0.0.0.0:9464"\n')
    assert any("whoever reaches it" in one for one in lines(local.configuration))
    configure(empty, '[metrics]\nlisten = "[::1]:9464"\n')
    assert len(lines(local.configuration)) == 1


@pytest.mark.parametrize(
    "token",
    [
        "hello",
        "123:",
        "123456:has blank",
        "123456:../../up",
        "123456:a?b#c",
        "１２３:abc",
        "1:a\nb",
    ],
)
def test_a_token_of_another_shape_is_a_problem_and_not_shown(empty: Path, token: str) -> None:
    (line,) = of("token", findings(token))
    assert line.startswith("problem: the bot token is malformed")
    assert token not in line


def test_half_a_token_is_a_warning(empty: Path) -> None:
    (line,) = of("token", findings(TOKEN[:20]))
    assert line.startswith("warning: POLICYBOT_TOKEN: has the form of a token, but is shorter")


def test_no_token_is_a_warning(empty: Path) -> None:
    (line,) = of("token", findings(None))
    assert line.startswith("warning: no bot token")
    assert of("telegram", findings(None, offline=False)) == [
        "skipped: not asked: there is no token; "
    ]


def test_a_token_file_that_others_can_read_is_a_problem(empty: Path) -> None:
    file = empty / "token"
    file.write_text(TOKEN, encoding="utf-8")
    file.chmod(0o644)
    (line,) = of("token", findings(None, POLICYBOT_TOKEN_FILE=str(file)))
    assert line.startswith("problem: ")
    assert f"chmod 600 {file}" in line


def test_a_state_that_others_can_read_is_a_problem(empty: Path) -> None:
    State(empty / "state.sqlite").close()
    assert lines(local.state) == ["ok: state.sqlite: opens; 0 updates wait in it; "]
    (empty / "state.sqlite").chmod(0o640)
    assert lines(local.state)[0] == (
        "problem: state.sqlite: can be read by others; chmod 600 state.sqlite"
    )


def test_a_state_that_is_none_is_a_warning(empty: Path) -> None:
    replace(empty / "state.sqlite", "no database, whatever its name says")
    (empty / "state.sqlite").chmod(0o600)
    (line,) = lines(local.state)
    assert line.startswith("warning: state.sqlite: cannot be read as the bot's state")


def test_errors_of_the_corpus_are_counted(folder: Path) -> None:
    replace(folder / "corpus" / "new.md", "no front matter")
    assert lines(data.corpus) == ["problem: corpus: 1 errors, 0 warnings; run: policybot check"]


def test_a_serving_machine_needs_no_corpus(folder: Path) -> None:
    shutil.rmtree(folder / "corpus")
    assert lines(data.corpus) == ["warning: corpus: not here; only indexing needs it; "]
    assert len(lines(data.index)) == 1


def test_an_index_older_than_the_corpus_says_by_how_much(folder: Path) -> None:
    files = sorted((folder / "corpus").glob("*.md"))
    replace(files[0], files[0].read_text(encoding="utf-8") + "\nOne sentence more.\n")
    files[1].unlink()
    replace(folder / "corpus" / "new.md", "---\ntitle: New\n---\n\nA new one.\n")
    assert lines(data.index)[1] == (
        "warning: older than the corpus: 1 added, 1 changed, 1 removed; run: policybot index"
    )


def test_another_table_of_issuers_makes_the_index_old(folder: Path) -> None:
    replace(folder / "corpus" / "issuers.toml", '[[issuer]]\nname = "Ministry of Finance"\n')
    assert "the table of issuers changed" in lines(data.index)[1]


def test_an_index_that_anybody_can_change_is_a_problem(folder: Path) -> None:
    (folder / "embeddings").chmod(0o777)
    assert lines(data.index)[0] == (
        "problem: embeddings: anybody can change what is answered; chmod -R o-w embeddings"
    )


@pytest.mark.parametrize("what", ["CURRENT", "generations", "passages.sqlite", "model.weights"])
def test_anything_in_the_index_that_anybody_can_change_is_a_problem(
    folder: Path, what: str
) -> None:
    (path,) = (folder / "embeddings").rglob(what)
    if path.is_file():
        replaced = path.read_bytes()
        path.unlink()
        path.write_bytes(replaced)
    path.chmod(0o777)
    assert lines(data.index)[0] == (
        f"problem: {path.relative_to(folder)}: anybody can change what is answered; "
        f"chmod -R o-w {path.relative_to(folder)}"
    )


def test_a_corpus_that_anybody_can_change_is_a_problem(folder: Path) -> None:
    replace(folder / "corpus" / "new.md", "---\ntitle: New\ndate: 2012\n---\n\nA new one.\n")
    (folder / "corpus" / "new.md").chmod(0o666)
    (folder / "corpus").chmod(0o777)
    assert lines(data.corpus)[0] == (
        "problem: corpus (and 1 more in it): anybody can change what is indexed; "
        "chmod -R o-w corpus"
    )


def test_a_folder_where_anybody_can_replace_configuration_and_state_is_a_problem(
    empty: Path,
) -> None:
    configure(empty, "")
    State(empty / "state.sqlite").close()
    empty.chmod(0o777)
    for found, name in ((local.configuration, "bot_config.toml"), (local.state, "state.sqlite")):
        assert lines(found)[0] == (
            f"problem: {empty}: anybody can put another {name} there; chmod o-w {empty}"
        )
    empty.chmod(0o1777)
    assert not any("anybody" in line for line in (*lines(local.configuration), *lines(local.state)))


def test_a_damaged_index_is_named(folder: Path) -> None:
    (generation,) = (folder / "embeddings" / "generations").iterdir()
    replace(generation / "vectors.faiss", "")
    (line,) = of("index", findings())
    assert line.startswith("problem: ")
    assert "vectors.faiss" in line


def test_an_altered_encoder_is_named(folder: Path) -> None:
    (weights,) = (folder / "embeddings" / "encoders").glob("*/model.weights")
    size = weights.stat().st_size
    weights.unlink()
    with weights.open("wb") as file:
        file.truncate(size)
    (line,) = of("encoder", findings())
    assert line.startswith("problem: ")
    assert "model.weights: altered" in line


def test_an_encoder_that_was_not_copied_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(folder / "embeddings" / "encoders")
    assert lines(data.encoder)[0].endswith("PyTorch will be used; run: policybot index")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert "copy the whole of embeddings/" in lines(data.encoder)[0]


def test_a_full_disk_is_told(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(empty)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=1 << 20))
    assert lines(local.disk)[0].startswith("problem: ")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=1 << 29))
    assert lines(local.disk)[0].startswith("warning: ")


def test_a_clock_before_the_index_was_built_is_a_problem(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Early(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Early:
            return cls(2020, 1, 1, tzinfo=tz)

    monkeypatch.setattr("policybot.doctor.local.dt.datetime", Early)
    assert "which has been" in lines(local.clock)[0]


def test_a_clock_that_is_off_telegrams_is_a_warning(
    empty: Path, server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(empty, f'[telegram]\nbase_url = "{server.base_url}"\n')
    monkeypatch.setattr(remote, "SKEW", -1.0)
    assert asked(server, "clock")[0].startswith("warning: ")


def test_a_token_that_telegram_does_not_know_is_a_problem(
    empty: Path, server: BotApiServer
) -> None:
    configure(empty, f'[telegram]\nbase_url = "{server.base_url}"\n')
    token = "987654321:wrong-token-that-nobody-gave-00000"
    assert asked(server, "telegram", token)[0].startswith("problem: does not know this token")


@pytest.mark.parametrize("kind", ["bad_gateway", "drop_before", "garbage"])
def test_a_bot_api_out_of_reach_is_a_problem_without_the_token(
    empty: Path, server: BotApiServer, kind: str
) -> None:
    configure(empty, f'[telegram]\nbase_url = "{server.base_url}"\n')
    server.fault("getMe", kind)  # type: ignore[arg-type]
    found = list(examine(None, {"POLICYBOT_TOKEN": server.token}, offline=False))
    assert of("telegram", found)[0].startswith("problem: ")
    assert not any(server.token in str(dataclasses.astuple(one)) for one in found)


def test_a_webhook_that_telegram_cannot_call_is_a_warning(
    empty: Path, server: BotApiServer
) -> None:
    url = "https://bot.example.org/telegram"
    configure(
        empty,
        f'[telegram]\nbase_url = "{server.base_url}"\nmode = "webhook"\nwebhook_url = "{url}"\n',
    )
    assert "start the bot" in asked(server, "webhook")[0]
    server.webhook.url = url
    try:
        assert asked(server, "webhook")[0].startswith("ok: ")
        server.webhook.last_error = "Connection refused"
        assert "Connection refused" in asked(server, "webhook")[0]
    finally:
        server.webhook.url = server.webhook.last_error = ""


def test_a_check_that_fails_itself_does_not_stop_the_others(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> list[Finding]:
        raise ZeroDivisionError(TOKEN)

    monkeypatch.setattr(local, "disk", fail)
    found = findings()
    assert of("disk", found) == [
        "problem: the check itself failed: ZeroDivisionError; this is a defect, please report it; "
    ]
    assert found[-1].check == "telegram"


def test_a_machine_without_a_font_for_chinese_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policybot.doctor.local.chinese_font", lambda: None)
    (found,) = picture()
    assert (found.level, found.check) == ("warning", "picture")
    assert "fonts-noto-cjk" in found.cure


def test_a_switch_that_is_off_says_what_it_costs(folder: Path, server: BotApiServer) -> None:
    configure(folder, f'[telegram]\nbase_url = "{server.base_url}"\n')
    server.privacy, server.inline = True, False
    for check, command in (("privacy", "/setprivacy"), ("inline", "/setinline")):
        (found,) = asked(server, check)
        assert found.startswith("warning: ")
        assert command in found
