"""What is built of the project, and what its files say of it."""

from __future__ import annotations

import email
import functools
import itertools
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from policybot.config import DEFAULT_FILE
from tests.project import ROOT
from tests.shared import made_once

EXTRAS = {
    "embed", "import", "metrics", "milvus", "multilingual", "ocr", "plots", "ray", "serve", "tune",
}  # fmt: skip

CITED = {
    "abstract": str,
    "authors": list,
    "cff-version": str,
    "keywords": list,
    "license": list,
    "message": str,
    "title": str,
    "type": str,
    "version": str,
}
"""Keys of the Citation File Format 1.2.0 that are used here, with their types in its schema."""


@functools.cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def built() -> Path:
    """Build the wheel as `make wheel` does, once a test run."""

    def build(folder: Path) -> None:
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
        run([*command, "--wheel-dir", str(folder), str(ROOT)])

    (wheel,) = made_once("wheel", build).glob("policybot-*.whl")
    return wheel


def run(command: list[str], **environ: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **environ}
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def test_the_wheel_holds_every_file_of_the_package() -> None:
    names = set(zipfile.ZipFile(built()).namelist())
    tracked = run(["git", "-C", str(ROOT), "ls-files", "src/policybot"]).splitlines()
    assert len(tracked) > 300
    assert {name.removeprefix("src/") for name in tracked} <= names
    licences = {name for name in names if "/licenses/" in name}
    assert {name.partition("/licenses/")[2] for name in licences} == {
        "LICENSE",
        "src/policybot/opencc/LICENSE",
    }


def test_the_wheel_says_what_it_is_and_offers_no_tests() -> None:
    wheel = zipfile.ZipFile(built())
    (name,) = [one for one in wheel.namelist() if one.endswith(".dist-info/METADATA")]
    told = email.message_from_bytes(wheel.read(name))
    assert told["License-Expression"] == "MIT AND Apache-2.0"
    assert set(told.get_all("Provides-Extra") or ()) == EXTRAS
    required = [one for one in told.get_all("Requires-Dist") or () if "extra ==" not in one]
    heavy = re.compile(r"torch|ray|pymilvus|matplotlib|pytest|sentence.transformers")
    assert len(required) > 5
    assert not [one for one in required if heavy.match(one)]


def test_the_wheel_runs_where_nothing_of_this_folder_is(tmp_path: Path) -> None:
    run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")])
    python = tmp_path / "venv" / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    run([*install, "--no-deps", "--no-index", str(built())])
    # Its dependencies are those of the tests' own environment, which were tested to install there.
    (site,) = (tmp_path / "venv" / "lib").glob("python3*/site-packages")
    theirs = {path for path in sys.path if path.endswith("site-packages")}
    (site / "theirs.pth").write_text("\n".join(sorted(theirs)))
    folder = tmp_path / "empty"
    folder.mkdir()
    where = [str(python), "-c", "import policybot; print(policybot.__file__)"]
    environ = {"PYTHONPATH": ""}
    assert run(where, **environ).startswith(str(tmp_path))
    told = run([str(python.parent / "policybot"), "--help"], **environ)
    assert "policybot" in told
    (folder / DEFAULT_FILE).write_text("")
    done = subprocess.run(
        [str(python.parent / "policybot"), "ask", "Who?"],
        cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **environ},
    )  # fmt: skip
    assert done.returncode == 2
    assert "policybot index" in done.stderr


def test_asking_needs_nothing_that_only_tests_need() -> None:
    groups, extras = project()["dependency-groups"], project()["project"]["optional-dependencies"]
    assert set(groups) == {"test"}
    assert set(extras) == EXTRAS
    asking = [*project()["project"]["dependencies"], *extras["embed"], *extras["multilingual"]]
    named = {re.split(r"[\[<>=~!; ]", one)[0].casefold() for one in asking}
    assert {"torch", "sentence-transformers", "numpy"} <= named
    assert not named & {"ray", "pymilvus", "milvus-lite", "matplotlib", "pytest", "datasets"}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    asked = makefile.split("\n$(ASKING):", 1)[1].split("\n\n", 1)[0]
    assert "'.[embed,multilingual]'" in asked
    assert "--group" not in asked


def test_the_versions_that_were_tested_are_within_those_that_are_allowed() -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    pinned = {canonicalize_name(name): version for name, version in pairs}
    told = project()["project"]
    lists = (told["dependencies"], *told["optional-dependencies"].values())
    wanted = [Requirement(one) for one in itertools.chain.from_iterable(lists)]
    assert len(wanted) > 30
    apart = [
        str(one)
        for one in wanted
        if (version := pinned.get(canonicalize_name(one.name))) and version not in one.specifier
    ]
    assert not apart
    (torch,) = [one for one in wanted if one.name == "torch"]
    assert any(one.operator == "<" for one in torch.specifier)


def test_the_citation_is_of_the_format_and_of_this_version() -> None:
    told = yaml.load((ROOT / "CITATION.cff").read_text("utf-8"), Loader=yaml.BaseLoader)
    assert {key: type(value) for key, value in told.items()} == CITED
    assert told["cff-version"] == "1.2.0"
    assert told["type"] in ("software", "dataset")
    assert told["authors"]
    assert all(set(author) == {"name"} for author in told["authors"])
    assert told["version"] == project()["project"]["version"]
    assert [one["name"] for one in told["authors"]] == [
        one["name"] for one in project()["project"]["authors"]
    ]
    assert set(told["license"]) == set(project()["project"]["license"].split(" AND "))


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"])
def test_every_link_leads_to_a_file(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    links = [
        target.partition("#")[0]
        for target in re.findall(r"\]\(([^)\s]+)\)", text)
        if not re.match(r"https?:|#", target)
    ]
    assert [link for link in links if not (ROOT / link).exists()] == []
