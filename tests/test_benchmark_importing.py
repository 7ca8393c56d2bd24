"""The judge of importers: what counts as right, as missed and as invented."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.importing import score, table

from tests.corpus.importers.samples import write

NOTICE = (
    "关于渡口的通知\n\n江航发〔2020〕7号\n\n各单位：\n\n渡口应当设置标志。\n\n"
    "江城市港航管理局\n\n2020年3月5日\n"
)


def gold(**more: object) -> dict[str, object]:
    return {
        "title": None,
        "date": None,
        "number": None,
        "issuers": [],
        "effective": None,
        "also_ok": {},
        "must_have": ["渡口 应当设置标志"],
        "must_not_have": ["Menu"],
        **more,
    }


def test_the_table_counts_right_missed_and_invented(tmp_path: Path) -> None:
    write(tmp_path / "files", "a.txt", NOTICE)
    write(tmp_path / "files", "b.txt", NOTICE.replace("渡口", "码头"))
    write(tmp_path / "files", "empty.html", "<nav>Menu</nav>")
    rows = [
        gold(
            file="a.txt",
            title="关于渡口的通知。",
            date="2020-03-05",
            number="江航发[2020]7号",
            issuers=["江城市港航 管理局"],
        ),
        gold(file="b.txt", title="Another", also_ok={"title": ["关于码头的通知"]}, issuers=["X"]),
        gold(file="empty.html", must_have=[]),
    ]
    file = tmp_path / "gold.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    scores, _ = score(file)
    assert table(scores)[2:] == [
        "| imported | 2 | 2 | 100% |  |",
        "| title | 2 | 2 | 100% | 0 |",
        "| date | 1 | 1 | 100% | 1 |",
        "| number | 1 | 1 | 100% | 1 |",
        "| issuers | 1 | 2 | 50% | 1 |",
        "| sentences | 1 | 2 | 50% |  |",
        "| boilerplate absent | 2 | 2 | 100% |  |",
        "| no body: refused | 1 | 1 | 100% |  |",
    ]
    assert ("b.txt", "date", None, "2020-03-05") in scores.misses
