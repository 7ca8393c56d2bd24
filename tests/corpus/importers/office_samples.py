"""Small office documents, books and mails made for the tests."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence

_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_MANIFEST = '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a zip file of these parts, packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def opendocument(kind: str, body: str, styles: str = "", title: str = "") -> bytes:
    """Return an OpenDocument file: ``text`` or ``spreadsheet``."""
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "META-INF/manifest.xml": _MANIFEST,
            "meta.xml": f"<office:document-meta {_ODF}><office:meta><dc:title>{title}</dc:title>"
            "</office:meta></office:document-meta>",
            "content.xml": f"<office:document-content {_ODF}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
            "</office:body></office:document-content>",
        }
    )


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """Return an .xlsx file of these sheets, a list of rows each."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


DAY = dt.datetime(2012, 2, 14)  # noqa: DTZ001 - a workbook knows no time zone

POLICIES: Sequence[Sequence[object]] = [
    ["港口政策清单", None, None, None, None],
    ["标题", "发文机关", "成文日期", "文号", "正文"],
    ["航标管理办法", "交通运输部", DAY, "交水发〔2012〕7号", "第一条 航标每年检查一次。"],
    ["灯塔费用标准", "财政部", dt.date(2013, 5, 1), 2013.0, "每座灯塔每年4元。"],
]  # fmt: skip
"""A sheet as offices keep them: its own title above the names of the columns, typed cells."""


def slides() -> bytes:
    """Return a presentation of two slides, the second hidden."""
    import pptx

    show = pptx.Presentation()
    first = show.slides.add_slide(show.slide_layouts[1])
    first.shapes.title.text = "Dredging policy"
    frame = first.placeholders[1].text_frame
    frame.text = "Dredging pauses in May"
    inner = frame.add_paragraph()
    inner.text, inner.level = "except in the north", 1
    table = first.shapes.add_table(2, 2, 0, 0, 100, 100).table
    for at, text in enumerate(("Port", "Depth", "East", "4 m")):
        table.cell(at // 2, at % 2).text = text
    first.notes_slide.notes_text_frame.text = "Speak slowly."
    second = show.slides.add_slide(show.slide_layouts[1])
    second.shapes.title.text = "Draft only"
    second._element.set("show", "0")
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def book(chapters: Sequence[str], title: str = "Harbour Rules") -> bytes:
    """Return an EPUB book of these chapters, the body of a page each."""
    items = "".join(
        f'<item id="c{at}" href="text/c%20{at}.xhtml" media-type="application/xhtml+xml"/>'
        for at in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{at}"/>' for at in reversed(range(len(chapters))))
    parts: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:x">'
        '<rootfiles><rootfile full-path="OEBPS/a.opf"/></rootfiles></container>',
        "OEBPS/a.opf": '<package xmlns="http://www.idpf.org/2007/opf" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>{title}</dc:title>'
        "<dc:date>2019-04-03T00:00:00Z</dc:date><dc:creator>Harbour Board</dc:creator>"
        '<dc:language>en</dc:language></metadata><manifest><item id="n" href="nav.xhtml" '
        'media-type="application/xhtml+xml" properties="nav"/>'
        f'{items}</manifest><spine><itemref idref="n"/>{spine}</spine></package>',
        "OEBPS/nav.xhtml": "<html><body><nav>Contents</nav></body></html>",
    }
    for at, text in enumerate(chapters):
        parts[f"OEBPS/text/c {at}.xhtml"] = (
            '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head>'
            f"<title>c</title></head><body>{text}</body></html>"
        )
    return packed(parts)


MAIL = """From: Ministry of Waterways <press@waterways.example>
To: list@example.org
Subject: =?utf-8?q?Fwd=3A_Circular_7/2020_on_buoy_lights?=
Date: Mon, 03 Feb 2020 23:12:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Every buoy in the southern channel carries a yellow
light from 1 March.

--b
Content-Type: text/markdown; name="annex.md"
Content-Disposition: attachment; filename="annex.md"

# Annex of lights

Yellow is the colour of buoy 7.
--b
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="logo.bin"

xx
--b--
"""

RTF = (
    r"{\rtf1\ansi\ansicpg936{\fonttbl\f0\fnil\fcharset134 SimSun;}"
    r"{\info{\title \'b8\'db\'bf\'da\'b9\'e6\'b6\'a8}{\author A. Person}}"
    r"{\pict\pngblip " + "89504e47" * 600 + r"}"
    r"\f0 \'b8\'db\'bf\'da\'b9\'e6\'b6\'a8\par "
    r"\'b4\'ac\'b2\'b0\'d3\'a6\'b5\'b1\'b1\'a8\'b8\'e6\'a1\'a3\par "
    r"Ships report:\par {\pntext 1.\tab}by radio\par {\pntext 2.\tab}by letter\par "
    r"\trowd\cellx100\cellx200 Port\cell Depth\cell\row\trowd East\cell 4 m\cell\row\pard}"
)
