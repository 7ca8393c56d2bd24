"""deploy/: the unit and the container file say what the documentation promises."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from policybot.config import load_config, read_token
from policybot.errors import ConfigError
from tests.container import stages
from tests.project import ROOT

UNIT = ROOT / "deploy" / "policybot.service"
EXPOSURE = 20
"""Tenths: the most that `systemd-analyze security` may give the unit, of 100."""


def systemd() -> int:
    """The version of systemd on this machine; 0 when there is none."""
    if shutil.which("systemd-analyze") is None:
        return 0
    said = subprocess.run(
        ["systemd-analyze", "--version"], capture_output=True, text=True, check=True
    )
    return int(said.stdout.split()[1])


needs_systemd = pytest.mark.skipif(
    systemd() < 250, reason="systemd 250, which the unit is for, is not installed here"
)


class _Repeated(dict[str, str]):
    """A unit's section: a key that stands again adds a line."""

    def __setitem__(self, key: str, value: str) -> None:
        # configparser gives the lines of a value as a list, and joins them later.
        if isinstance(value, list) and key in self:
            value = [*self[key], *value]
        super().__setitem__(key, value)


def service() -> dict[str, list[str]]:
    parser = configparser.RawConfigParser(strict=False, dict_type=_Repeated, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT, encoding="utf-8")
    return {key: value.split("\n") for key, value in parser["Service"].items()}


def test_the_unit_runs_the_bot_with_its_token_as_a_credential() -> None:
    unit = service()
    (command,) = unit["ExecStart"]
    assert command.split()[1:] == ["bot"]
    name, _, source = unit["LoadCredential"][0].partition(":")
    assert source == "/etc/policybot/token"
    assert f"POLICYBOT_TOKEN_FILE=%d/{name}" in unit["Environment"]
    assert "POLICYBOT_CONFIG=/etc/policybot/bot_config.toml" in unit["Environment"]
    # More than the bot takes to stop, so that systemd never kills one that is answering.
    assert int(unit["TimeoutStopSec"][0]) > 10
    assert unit["Restart"] == ["on-failure"]


@needs_systemd
def test_systemd_understands_every_line_of_the_unit(tmp_path: Path) -> None:
    text = UNIT.read_text(encoding="utf-8")
    here = Path(sys.executable).parent / "policybot"
    # The unit as it stands but for the path of an installation that is not on this machine.
    copy = tmp_path / UNIT.name
    copy.write_text(text.replace("/opt/policybot/bin/policybot", str(here)), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
def test_the_unit_is_confined() -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", f"--threshold={EXPOSURE}", UNIT],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_PAGER": "cat"},
    )
    assert done.returncode == 0, done.stdout


def test_a_credential_is_read_though_systemd_shows_an_access_list_as_the_groups(
    tmp_path: Path,
) -> None:
    file = tmp_path / "token"
    file.write_text("123:abc\n", encoding="utf-8")
    file.chmod(0o440)
    environ = {"POLICYBOT_TOKEN_FILE": str(file), "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert read_token(environ) == "123:abc"
    with pytest.raises(ConfigError, match="read by others"):
        read_token({"POLICYBOT_TOKEN_FILE": str(file)})
    file.chmod(0o444)
    with pytest.raises(ConfigError, match="read by others"):
        read_token(environ)


def test_the_container_serves_as_nobody_in_particular() -> None:
    final = stages()[-1]
    assert final.last("USER") == "10001:10001"
    after_user = [kind for kind, _ in final.steps][[k for k, _ in final.steps].index("USER") :]
    assert "RUN" not in after_user
    assert "COPY" not in after_user
    assert final.command("ENTRYPOINT") + final.command("CMD") == [
        "python", "-m", "policybot", "bot",
    ]  # fmt: skip


def test_the_container_is_of_a_named_python_and_installs_pinned_versions() -> None:
    for stage in stages():
        assert re.fullmatch(r"docker\.io/library/python:3\.\d+-slim", stage.base)
    (install,) = [rest for kind, rest in stages()[-1].steps if "pip install" in rest]
    assert "--constraint constraints.txt" in install
    assert "[" not in install


def test_the_containers_configuration_is_one_and_serves_its_health_check() -> None:
    final = stages()[-1]
    config = load_config(ROOT / "deploy" / "container.toml")
    assert config.metrics.listen == "127.0.0.1:9464"
    assert f"http://{config.metrics.listen}/healthz" in final.command("HEALTHCHECK")[-1]
    assert config.telegram.state.parent.name == Path(final.last("VOLUME")).name
    assert Path(final.environment()["POLICYBOT_CONFIG"]) == Path(
        final.last("WORKDIR"), "bot_config.toml"
    )


def test_an_image_gets_no_index_no_token_and_no_configuration_of_this_folder() -> None:
    ignored, *let = [
        line
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert ignored == "*"
    copied = {
        word.split("/")[0]
        for stage in stages()
        for kind, rest in stage.steps
        if kind == "COPY" and not rest.startswith("--from")
        for word in rest.split()[:-1]
    }
    assert copied == {line.removeprefix("!") for line in let if line.startswith("!")}
