"""Files made for the tests: PDFs by hand, Word documents and web pages."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from policybot.corpus.files.read import read_policies
from policybot.corpus.importers.pipeline.importing import import_file
from policybot.corpus.importers.pipeline.result import Outcome
from policybot.corpus.importers.pipeline.source import ImportOptions
from policybot.model import Policy

HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
DRAWING = b"0 0 200 200 re f"


def imported(path: Path, corpus: Path, **options: object) -> tuple[Outcome, list[Policy]]:
    """Import a file into a corpus of its own and read what is there then."""
    outcome = import_file(path, corpus, ImportOptions(**options))  # type: ignore[arg-type]
    return outcome, list(read_policies(corpus))


def one(path: Path, corpus: Path, **options: object) -> Policy:
    """Import a file that is one policy, and read it back from the corpus."""
    _, (policy,) = imported(path, corpus, **options)
    return policy


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def page(*lines: str) -> bytes:
    """Return the content of a PDF page that prints these lines."""
    shown = [
        line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        for line in lines
    ]
    text = b"\n".join(b"(%s) Tj T*" % line for line in shown)
    return b"BT /F1 12 Tf 72 770 Td 14 TL\n" + text + b"\nET"


def pdf(
    pages: Sequence[bytes],
    *,
    info: bytes = b"",
    font: bytes = HELVETICA,
    packed: bool = False,
    more: Sequence[bytes] = (),
) -> bytes:
    """Return a PDF with these pages; ``more`` are objects from number 4 on, /F1 is number 3."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", font, *more]
    kids: list[bytes] = []
    forms = b" ".join(b"/X%d %d 0 R" % (at, at) for at in range(4, 4 + len(more)))
    for content in pages:
        data = zlib.compress(content) if packed else content
        how = b" /Filter /FlateDecode" if packed else b""
        objects.append(stream(data, b"<< /Length %d%s" % (len(data), how)))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources "
            b"<< /Font << /F1 3 0 R >> /XObject << %s >> >> >>" % (len(objects), forms)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    if info:
        objects.append(b"<< %s >>" % info)
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    named = b" /Info %d 0 R" % len(objects) if info else b""
    size = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n"
        b"%d\n%%%%EOF\n" % (size, table, size, named, len(out))
    )


def stream(data: bytes, head: bytes) -> bytes:
    return head + b" >>\nstream\n" + data + b"\nendstream"


def with_part(document: bytes, name: str, content: bytes) -> bytes:
    """Return a zip file with one part put in or in the place of another."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.infolist():
            if part.filename != name:
                after.writestr(part, before.read(part))
        after.writestr(name, content)
    return out.getvalue()


def word(text: str = "A plan.") -> bytes:
    """Return a Word document of one paragraph."""
    import docx

    document = docx.Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


GOV_CN = """<!DOCTYPE html><html><head><meta charset="{charset}">
<title>国务院关于促进物联网发展的决定_政府信息公开专栏</title>
<meta name="PubDate" content="2018-12-29 17:00"><meta name="ContentSource" content="中国政府网">
<script>document.write("<p>成文日期：2001年1月1日</p>")</script></head><body>
<div id="nav"><a href="/">首页</a><a href="/zhengce/">政策</a></div>
<div class="wrap"><table width="724"><tbody><tr><td>
<table class="bd1"><tbody>
<tr> <td width="70"><b>索 引 号：</b></td> <td>000014349/2018-00222</td>
 <td><b>主题分类：</b></td> <td>工业、交通\\信息产业</td> </tr>
<tr> <td><b>发文机关：</b></td> <td>国务院</td>
 <td><b>成文日期：</b></td> <td>2018年12月21日</td> </tr>
<tr> <td><b>标　　题：</b></td> <td colspan="3">国务院关于促进物联网发展的决定</td> </tr>
<tr> <td><b>发文字号：</b></td> <td>国发〔2018〕43号</td>
 <td><b>发布日期：</b></td> <td>2018年12月29日</td> </tr></tbody></table>
<table class="bd1"><tbody><tr> <td><b>主 题 词：</b></td> <td></td> <td></td> </tr>
</tbody></table>
</td></tr></tbody></table><br>
<table><tbody><tr><td><table><tbody><tr><td class="b12c" id="UCAP-CONTENT">
<p style="text-align: center;"><span style="font-weight: bold;">国务院关于促进物联网发展的决定
</span></p>
<p style="text-align: center;"><span>国发〔2018〕43号</span></p><p><br> </p>
<p>各省、自治区、直辖市人民政府，国务院各部委、各直属机构：</p>
<p style="text-indent: 2em;">为进一步促进物联网发展，国务院决定
调整<b>有关</b>规定。</p>
<p style="text-align: right;">国务院 &nbsp; &nbsp; &nbsp;</p>
<p style="text-align: right;">2018年12月21日 &nbsp; &nbsp;</p>
<p>（此件公开发布）</p></td></tr></tbody></table>
<div id="div_div"><div id="qr_container">扫一扫在手机打开当前页</div></div></td></tr></tbody>
</table>
</div><div class="footer">版权所有 中国政府网</div></body></html>
"""
"""A decision as the State Council's site publishes it: its tables, its classes, its spaces."""


def put(
    *items: tuple[float, float, float, str], rules: Sequence[tuple[float, float, float]] = ()
) -> bytes:
    """Return the content of a page: texts as x, y, size and words, rules as x0, x1 and y."""
    shown = []
    for x, y, size, text in items:
        words = text.encode("cp1252").replace(b"\\", b"\\\\")
        words = words.replace(b"(", b"\\(").replace(b")", b"\\)")
        shown.append(b"BT /F1 %.1f Tf %.1f %.1f Td (%s) Tj ET" % (size, x, y, words))
    shown += [b"%.1f %.1f m %.1f %.1f l S" % (x0, y, x1, y) for x0, x1, y in rules]
    return b"\n".join(shown)


def lines_at(
    x: float, y: float, *lines: str, size: float = 11, pitch: float = 14
) -> list[tuple[float, float, float, str]]:
    """Return lines under one another, to be put on a page."""
    return [(x, y - at * pitch, size, line) for at, line in enumerate(lines)]
