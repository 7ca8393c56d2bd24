"""Recognise the key of a policy from the name of a column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from policybot.corpus.importers.labels import key_of

_COLUMNS = {
    "id": "id;identifier;policy id;document id;doc id",
    "title": "title;name;headline;policy name;document name;题名;政策标题;公文标题;文档标题;"
    "文档名称;法规标题;通知名称",
    "issuers": "issuers;authority;agency;ministry;organisation;organization;authorities;agencies;"
    "ministries;organisations;organizations;departments;"
    "issuing bodies;department;机构;部门;发布部门;颁布部门;印发机关;印发单位;印发部门;制定部门;"
    "發布部門",
    "date": "date;policy date;date of policy;signing date;日期;颁布日期",
    "number": "number;policy number;document no;字号;发文号",
    "language": "language;lang;语言;语种;語言",
    "url": "url;link;uri;source url;web address;webpage;html url;"
    "原文网址;出处链接;网址;链接;原文链接;来源链接;网页链接;連結;網址",
    "body": "body;text;full text;fulltext;content;document text;policy text;"
    "正文;全文;内容;文本;文件内容;政策内容;正文内容;內容",
    "note": "note;notes;remark;remarks;comment;comments;备注;備註",
}
"""Names of columns, in addition to the labels of documents in :mod:`.labels`."""

_OTHERWISE = {
    "title": "policy;law;act;regulation;document;policy title;subject;政策;政策文件;文件;法规名称;"
    "法律名称;制度名称",
    "body": "policy content;policy body;content text;full content;document content;body text;parts;"
    "sections;details;provisions;excerpt;extract;quote;条款;条文;条款内容;条文内容;关键条款;原文关键条款;原文;政策原文;"
    "原文内容;原文摘录;主要内容;政策要点;文件正文;"
    "description;summary;abstract;overview;synopsis;摘要;简介;概述;内容摘要;内容简介;政策摘要;内容概述",
    "issuers": "issued by agency;publisher;publishing organisation;publishing organization;"
    "agency names;publishers;responsible authority;牵头部门;牵头单位;主管部门;责任单位",
    "date": "year;policy year;year issued;year of issue;年份;年度;发文年份",
    "published": "first published at;first published;publication date;published at;first public at;"
    "public updated at;updated at;pub date;posted date",
    "effective": "effective on;effective at;in force on;date of entry into force;date in force",
    "number": "document number;citation;identifier;policy id;reference id;编号;序列号",
    "url": "html url;web url;canonical url;source link;出处链接;文件链接;政策链接;政策网址;"
    "来源网址;公开链接;来源;source",
    "language": "locale",
    "status": "status;state",
}
"""Fallback names, used if no other column is recognised as the key; the first one wins."""

_FACTS = (
    "source;来源;信息来源;数据来源;country;countries;geography;jurisdiction;region;province;"
    "state or province;city;scope;sector;"
    "sectors;level;document types;policy type;policy instrument;国家;地区;区域;省份;城市;层级;级别;"
    "政策类型;政策类别;文种;适用范围;行业;领域"
)
"""Names of columns that belong in a note."""

_SUMMARIES = (
    "description;summary;abstract;overview;synopsis;"
    "摘要;简介;概述;内容摘要;内容简介;政策摘要;内容概述"
)

_WRAPPERS = frozenset(
    ["details", "metadata", "meta", "attributes", "properties", "fields", "data", "document"]
)
"""Objects in JSON whose members are those of the document itself."""

_NAME_OF = frozenset(["title", "name", "label", "rawname", "displayname", "preflabel"])

_PATH = re.compile(r"[^\s.]+(?:\.[^\s.]+)+")

_REMARK = re.compile(r"[(（][^()（）]*[)）]")

_LABEL_KEYS = {
    "title": "title",
    "issuer": "issuers",
    "date": "date",
    "published": "published",
    "publisher": "issuers",
    "effective": "effective",
    "expires": "expires",
    "status": "status",
    "number": "number",
    "language": "language",
    "url": "url",
}


def recognise(column: str) -> str | None:
    """Return the key that a column's name means; ``fact`` for columns that belong in a note.

    A remark in parentheses is ignored. For ``outer.inner`` in JSON, the inner name counts if the
    outer object is a wrapper (``details.body``), and the outer name if the inner one means its name
    (``links.organisations.title``).
    """
    if _PATH.fullmatch(column):
        *outer, inner = column.split(".")
        if plain_name(inner) in _NAME_OF:
            return "issuers" if recognise(outer[-1]) == "issuers" else None
        return recognise(inner) if all(plain_name(part) in _WRAPPERS for part in outer) else None
    for name in (column, _REMARK.sub("", column)):
        key = _NAMES.get(plain_name(name))
        if key is not None:
            return key
        if plain_name(name) in _FACT_NAMES:
            return "fact"
        label = key_of(name.replace("_", " "))
        if label:
            return _LABEL_KEYS.get(label, "fact" if label == "fact" else None)
    return None


def is_summary(column: str) -> bool:
    """Return whether a column's name says that it holds a summary."""
    return plain_name(_REMARK.sub("", column).split(".")[-1]) in _SUMMARY_NAMES


def key_at_last(key: str, columns: Sequence[str]) -> str | None:
    """Return the column that a key falls back to if no other column is recognised as it."""
    plain: dict[str, str] = {}
    for column in columns:
        *outer, inner = column.split(".")
        if all(plain_name(part) in _WRAPPERS for part in outer):
            plain.setdefault(plain_name(_REMARK.sub("", inner)), column)
    return next((plain[name] for name in _OTHER_NAMES.get(key, ()) if name in plain), None)


def plain_name(name: str) -> str:
    """Return the name of a column case-folded, without spaces and punctuation."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s_\-.:*()（）]+", "", folded)


_NAMES = {plain_name(name): key for key, names in _COLUMNS.items() for name in names.split(";")}

_OTHER_NAMES = {
    key: tuple(plain_name(name) for name in names.split(";")) for key, names in _OTHERWISE.items()
}

_FACT_NAMES = frozenset(plain_name(name) for name in _FACTS.split(";"))

_SUMMARY_NAMES = frozenset(plain_name(name) for name in _SUMMARIES.split(";"))
