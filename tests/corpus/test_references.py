"""What a text refers to in its own policy, and what it refers to in another."""

from __future__ import annotations

import pytest

from policybot.corpus.provisions.divide import provisions_of
from policybot.corpus.provisions.references import references

NOTICE = """第一条 补贴为十万元。

第二条 补贴分为：
（一）安家补贴；
（二）租房补贴。

第三条 {text}
"""


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("按照第二条第（二）项发放。", ["art2.1.2"]),
        ("违反本办法第一条的，退回补贴。", ["art1"]),
        ("删去第二条第（二）项。", []),
        ("将第一条修改为：“补贴为二十万元。”", []),
        ("第一条中“十万元”修改为“二十万元”。", []),
    ],
)
def test_a_provision_that_a_notice_changes_is_of_another_document(
    text: str, cited: list[str]
) -> None:
    body = NOTICE.format(text=text)
    provisions = provisions_of(body)
    own = next(one for one in provisions if one.address == "art3")
    found = references(body, own.span, provisions, "art3")
    assert [provision.address for _, provision in found] == cited
