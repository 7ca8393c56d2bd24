"""Mails and archives: each file in them is read by its own importer, within limits."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from policybot.corpus.importers.archive import MAX_RATIO
from policybot.corpus.importers.pipeline.importing import import_file
from policybot.errors import ImportRefusedError
from tests.corpus.importers.office_samples import MAIL, packed, workbook
from tests.corpus.importers.samples import imported, one, write


def file(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_mail_is_its_message_and_its_attachments(tmp_path: Path) -> None:
    outcome, policies = imported(write(tmp_path, "a.eml", MAIL), tmp_path / "corpus")
    message, annex = sorted(policies, key=lambda one: one.title, reverse=True)
    assert (message.title, str(message.published), message.date, message.issuers) == (
        "Circular 7/2020 on buoy lights", "2020-02-03", None, ("Ministry of Waterways",),
    )  # fmt: skip
    assert message.body == "Every buoy in the southern channel carries a yellow light from 1 March."
    assert (annex.title, annex.body) == ("Annex of lights", "Yellow is the colour of buoy 7.")
    assert str(annex.source) == "a.eml, attachment annex.md, 1-3"
    assert [report.message for report in outcome.reports if report.kind == "left out"] == [
        "files that no importer reads: 1 .bin"
    ]
    assert (tmp_path / "corpus" / "sources" / "a.eml").read_text() == MAIL


def test_the_sender_of_a_mail_is_put_before_a_person(tmp_path: Path) -> None:
    outcome, _ = imported(write(tmp_path, "a.eml", MAIL), tmp_path / "corpus")
    assert outcome.reviews
    policy_of_a_person = MAIL.replace("Ministry of Waterways", "Ada Example")
    _, policies = imported(write(tmp_path / "b", "a.eml", policy_of_a_person), tmp_path / "other")
    assert all(policy.issuers == () for policy in policies)


def test_a_mail_in_html_is_read_as_a_page(tmp_path: Path) -> None:
    text = (
        "From: a@b.example\nSubject: Oil\nMIME-Version: 1.0\n"
        "Content-Type: text/html; charset=utf-8\n\n<p>Oil is dear.</p><ul><li>whale</li></ul>"
    )
    policy = one(write(tmp_path, "a.eml", text), tmp_path / "corpus")
    assert policy.body == "Oil is dear.\n\n- whale"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("just words\nand more\n", "is no mail"),
        ("Subject: x\nContent-Type: application/pkcs7-mime\n\nxx", "is an encrypted mail"),
        ("Subject: x\n\n\n", "holds neither text nor attachments"),
    ],
)
def test_other_mails_are_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ImportRefusedError, match=why):
        import_file(write(tmp_path, "a.eml", text), tmp_path / "corpus")


def test_an_archive_is_read_as_a_folder(tmp_path: Path) -> None:
    data = packed(
        {
            "b/plan.md": "# A plan\n\nIt rains.\n",
            "表.xlsx": workbook({"S": [["标题", "正文"], ["灯塔", "每晚点灯。"]]}),
            "mail.eml": MAIL,
            "broken.pdf": b"no pdf",
            "__MACOSX/._plan.md": b"x",
            ".hidden.md": b"x",
            "logo.png": b"x",
        }
    )
    outcome, policies = imported(file(tmp_path, "a.zip", data), tmp_path / "corpus")
    assert sorted(one.title for one in policies) == [
        "A plan", "Annex of lights", "Circular 7/2020 on buoy lights", "灯塔",
    ]  # fmt: skip
    assert {str(one.source) for one in policies} >= {
        "a.zip, b/plan.md, 1-3",
        "a.zip, 表.xlsx, sheet S, row 2",
        "a.zip, mail.eml, attachment annex.md, 1-3",
    }
    skipped = [report.message for report in outcome.reports if report.kind == "skipped"]
    assert skipped == ["broken.pdf: is no PDF; it does not begin as one"]


def test_importing_an_archive_again_changes_nothing(tmp_path: Path) -> None:
    path = file(
        tmp_path, "a.zip", packed({"a.md": "# A\n\nIt rains.\n", "b.md": "# B\n\nIt snows.\n"})
    )
    import_file(path, tmp_path / "corpus")
    assert import_file(path, tmp_path / "corpus").status == "unchanged"


def test_names_in_gbk_are_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("XXXX.md", "# A\n\nIt rains.\n")
    data = out.getvalue().replace(b"XXXX.md", "通知".encode("gbk") + b".md")
    policy = one(file(tmp_path, "a.zip", data), tmp_path / "corpus")
    assert str(policy.source) == "a.zip, 通知.md, 1-3"


def _nested(depth: int) -> bytes:
    data = packed({"a.md": "# A\n\nIt rains.\n"})
    for _ in range(depth):
        data = packed({"in.zip": data})
    return data


def _link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        link = zipfile.ZipInfo("a.md")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"no zip", "is no zip archive"),
        (packed({"a.md": "x"})[:40], "is no zip archive"),
        (packed({"../a.md": "x"}), "packs a file outside of itself"),
        (packed({"/etc/a.md": "x"}), "packs a file outside of itself"),
        (packed({"C:\\a.md": "x"}), "packs a file outside of itself"),
        (_link(), "packs a symbolic link"),
        (packed({"a.png": b"x"}), "holds no file that is read here; it holds 1 .png"),
        (_nested(3), "is more than 3 containers deep"),
    ],
    ids=["other", "truncated", "up", "root", "drive", "link", "nothing", "deep"],
)
def test_hostile_archives_are_refused_whole(tmp_path: Path, data: bytes, why: str) -> None:
    path = file(tmp_path / "in", "a.zip", data)
    with pytest.raises(ImportRefusedError, match=why) as refused:
        import_file(path, tmp_path / "corpus")
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "corpus").exists()
    assert {entry.name for entry in tmp_path.iterdir()} == {"in"}


def test_archives_in_each_other_are_read_to_a_depth(tmp_path: Path) -> None:
    policy = one(file(tmp_path, "a.zip", _nested(2)), tmp_path / "corpus")
    assert str(policy.source) == "a.zip, in.zip, in.zip, a.md, 1-3"


@pytest.mark.parametrize("depth", [0, 1])
def test_bombs_are_refused_by_what_they_say_and_by_what_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, depth: int
) -> None:
    monkeypatch.setattr("policybot.corpus.importers.members.MAX_MEMBERS_BYTES", 100_000)
    data = packed({f"{at}.md": "# A\n\n" + "rain " * 5000 for at in range(5)})
    for _ in range(depth):
        data = packed({"in.zip": data})
    path = file(tmp_path, "a.zip", data)
    with pytest.raises(ImportRefusedError, match=r"unpacks to 0\.1 MB"):
        import_file(path, tmp_path / "corpus")


def test_a_file_packed_too_well_is_refused(tmp_path: Path) -> None:
    data = packed({"a.txt": b"a" * (11 << 20)})
    assert len(data) * MAX_RATIO < 11 << 20
    with pytest.raises(ImportRefusedError, match="times its size"):
        import_file(file(tmp_path, "a.zip", data), tmp_path / "corpus")


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policybot.corpus.importers.archive.MAX_MEMBERS", 3)
    data = packed({f"{at}.md": "# A\n\nx\n" for at in range(4)})
    with pytest.raises(ImportRefusedError, match="packs 4 files; at most 3"):
        import_file(file(tmp_path, "a.zip", data), tmp_path / "corpus")
