"""Recognise names of bodies in the text of a document, as above a date or before 关于.

A body is recognised by a word for a kind of body in its name (…委员会, "… Authority"), in any
field; no names of particular bodies are listed.
"""

from __future__ import annotations

import re

from policybot.corpus.issuers.table import IssuerBook
from policybot.simplified import simplified

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_ENDINGS = (
    "人民政府|政府|办公厅|办公室|委员会|管委会|管理委|党委|政协|人大|纪委|改革委|健康委|建委|"
    "编委|党组|"
    "统战部|委|部|局|厅|署|院|处|司|会|中心|银行|公司|集团|大学|学院|学校|中学|小学|幼儿园|医院|"
    "法院|检察院|协会|学会|联合会|总会|商会|工会|总队|支队|大队|中队|站|所|馆|社|台|队|厂|组|"
    "指挥部|会议|"
    "交易所|基金|秘书处|庭|街道|镇|乡|办事处|管理处|总公司|分公司|分局|支局|分行|支行"
)
_HAN_BODY = re.compile(
    rf"[{_HAN}][{_HAN}A-Za-z0-9（）()·“”]{{0,38}}?(?:{_ENDINGS})(?:（[^（）]{{1,20}}）)?"
)
_NO_BODY = re.compile(
    r"附件|附录|附表|抄送|主送|联系|电话|地址|邮编|邮箱|网址|第.{1,6}[条章节项款]|注|来源|"
    r"作者|编辑|审核|签发|"
    r"此件|公开|页|下列|以下|上述|各有关|[0-9]+[.、]"
)
_NOT_ENDING = re.compile(r"(?:(?<!代表)大会|机会|社会|全部|内部|外部|局部|干部|场所|总会计)$")
_SPACED = re.compile(rf"[{_HAN}](?:[ \u3000]+[{_HAN}])+")
_SEPARATORS = re.compile(r"[\s\u3000、，,;；/]+")

_SITE_WORDS = re.compile(r"(?:官方网站|官网|网站|网)$|\s+(?:[Ww]ebsite|[Hh]ome(?:page)?)$")
_PORTAL = re.compile(r"门户|門戶|[Pp]ortal")
_WORDS = (
    r"Ministry|Commission|Council|Office|Committee|Administration|Bureau|Department|Agency|"
    r"Authority|Government|Congress|Court|Bank|Academy|Association|Parliament|Board|Secretariat|"
    r"Institute|Institution|Centre|Center|Service|Services|Union|Organi[sz]ation|University|"
    r"College|School|Treasury|Assembly|Senate|Inspectorate|Regulator|Ombudsman|Foundation|"
    r"Society|Trust|Corporation|Company|Directorate|Division|Tribunal|Cabinet|House|Exchange|"
    r"Federation|Fund|Group|Registry|Police|Hospital|Library|Museum|"
    r"Authorities|Agencies|Headquarters|Chamber"
)
_COMPANY = re.compile(
    r"\b(?:plc|PLC|Plc|Ltd\.?|Limited|Inc\.?|LLC|LLP|GmbH|AG|SA|S\.A\.|N\.A\.|NV|BV|Corp\.?|Co\.)$"
)
_SHORTENED = re.compile(r"\b(?:Inc|Ltd|Corp|Co|S\.A|N\.A|S\.p\.A)$")
"""Abbreviations at the end of a company's name that keep their full stop."""

_NO_NAME = re.compile(
    r"^(?:Minutes|Proceedings|Acta|Presented|Published|Issued|Prepared|Adopted|Laid|Submitted|Approved|About|Contact|"
    r"Dear|To|All)\b"
    r"|\b(?:FROM|From|from|BY|By|by|WITH|With|with)\b"
    r"|\b(?:Act|Plan|Agreement|Policy|Policies|Regulations?|Rules?|Handbook|Rulebook|Guidance|"
    r"Guidelines|"
    r"Report|Order|Notice|Circular|Directive|Decision|Statement|Strategy|Framework|Bill|Code|"
    r"Manual)$",
    re.IGNORECASE,
)
_MINISTER = re.compile(r"(?:Secretary of State|Minister|Attorney General)(?: (?:for|of) .+)?")
_BODY_WORD = re.compile(
    rf"\b(?:{_WORDS}|{'|'.join(w.upper() for w in _WORDS.split('|') if w.isalpha())})\b"
)
_SMALL = frozenset(
    [
        *("of", "the", "and", "for", "to", "in", "on", "at", "an", "&"),
        *("de", "la", "las", "los", "el", "del", "y", "e", "da", "do", "das", "dos"),
        *("du", "des", "le", "les", "et", "di", "della", "dei", "delle", "van", "het"),
        *("der", "die", "und", "für", "von", "vom", "zu", "zur", "zum", "im"),
    ]
)
_FOREIGN_BODY = re.compile(
    r"(?:ministerio|ministère|ministério|ministero|ministerie|secretaría|secretaria|secrétariat|"
    r"superintendencia|superintendência|comisión|commission|comissão|commissione|conseil|consejo|"
    r"conselho|consiglio|dirección|direction|direção|direzione|instituto|institut|istituto|"
    r"universidad|université|universidade|università|universität|agencia|agence|agência|agenzia|"
    r"agentur|ayuntamiento|municipalidad|alcaldía|mairie|commune|ville|préfecture|prefeitura|"
    r"câmara|cámara|chambre|gobierno|gouvernement|governo|regierung|banco|banque|banca|autorité|"
    r"autoridad|autoridade|autorità|tribunal|junta|comune|gemeente|"
    r"generalitat|comunidad|région|région|provincia|"
    r"stadt|gemeinde|kreis|landkreis|senat|landtag|bundestag|kreistag|(?:\w*(?:stadt|gemeinde|"
    r"kreis|bundes|verwaltungs|aufsichts))?rat|"
    r"\w*(?:amt|ministerium|behörde|anstalt|kammer|verwaltung|agentur|hochschule|universität|"
    r"kommission|aufsicht|bundesbank|landesbank|sparkasse|zentrale))",
    re.IGNORECASE,
)
"""Words for kinds of bodies in Spanish, French, Portuguese, Italian and German."""

_PLACE = re.compile(
    r"(?:The\s+)?(?:(?:Metropolitan|Royal|Federal|Independent|Islamic|People[’']s|Democratic)\s+)*"
    r"(?:City|Town|Village|Borough|County|Parish|Township|Municipality|District|State|Commonwealth|"
    r"Province|Territory|Republic|Kingdom|Government|Canton)(?:\s+and\s+(?:City|County|Borough))?"
    r"\s+of\s+(?:the\s+)?[A-Z][\w.’'-]*(?:\s+(?:(?:of|and|the|upon|on)\s+)*[A-Z][\w.’'-]*){0,4}"
    r"|Rep[úu]blica\s+.{3,40}|République\s+.{3,40}|Reino\s+de\s+.{3,40}"
    r"|Commune\s+d[eu’'].{2,40}|Ville\s+d[eu’'].{2,40}|Stadt\s+.{2,40}|Gemeinde\s+.{2,40}"
)
_NO_BODY_OF = re.compile(r"(?:Administration|Services?|Exchange|Provision)\s+of\s", re.IGNORECASE)
"""An activity, not a body, as in "Administration of Medicines"."""

_KEPT_CAPITALS = frozenset(["US", "UK", "EU", "UN", "USA", "UAE", "NHS"])
_NAME_WORD = re.compile(r"[A-Z0-9][\w.&’'()-]*|\([A-Z][\w]*\)")


def read_body(text: str) -> str | None:
    """Return the name of the body that a text consists of, as printed; None for other texts."""
    name = text.strip(" \t\u3000。.,，:：*_")
    if _SHORTENED.search(name) and text.strip(" \t,:*_").endswith("."):
        name += "."
    if _SPACED.fullmatch(name):
        name = re.sub(r"[ \u3000]+", "", name)
    if re.search(rf"[{_HAN}]", name):
        plain = simplified(name)
        if _NO_BODY.match(plain) or not _HAN_BODY.fullmatch(plain) or _NOT_ENDING.search(plain):
            return None
        return name
    return name if _is_english(name) or _is_foreign(in_small_letters(name)) else None


def place_named(text: str) -> str | None:
    """Return a line that is the name of a city, state or the like; None for other lines."""
    line = text.strip(" \t*_,.")
    return line if len(line) <= 60 and _PLACE.fullmatch(in_small_letters(line)) else None


def in_small_letters(name: str) -> str:
    """Return a name printed in capitals in title case; other names are not changed.

    A single word in capitals may be an acronym and is not changed.
    """
    words = name.split()
    if not name.isupper() or len(words) < 2:
        return name
    return " ".join(
        word
        if word in _KEPT_CAPITALS or word.startswith("(") or "." in word[:-1]
        else word.lower()
        if at and word.lower() in _SMALL
        else re.sub(r"[^\W\d_]+(?:[’'][^\W\d_]+)?", lambda part: part[0].capitalize(), word)
        for at, word in enumerate(words)
    )


def _is_foreign(name: str) -> bool:
    words = name.split()
    kind = next((at for at, word in enumerate(words) if _FOREIGN_BODY.fullmatch(word)), None)
    return (
        kind is not None
        and kind < 3
        and not any(word in _SMALL for word in words[:kind])
        and 2 <= len(words) <= 16
        and words[0][:1].isupper()
        and all(
            word[:1].isupper()
            or word[:1] == "("
            or word in _SMALL
            or word[:2] in {"d'", "d’", "l'", "l’"}
            for word in (word.strip(",") for word in words)
        )
    )


def _is_english(name: str) -> bool:
    name = in_small_letters(name)
    if _NO_BODY_OF.match(name):
        return False
    words = name.split()
    if _MINISTER.fullmatch(name) and len(words) <= 14:
        return True
    if not 1 <= len(words) <= 14 or not (_BODY_WORD.search(name) or _COMPANY.search(name)):
        return False
    if _NO_NAME.search(name):
        return False
    if not _COMPANY.search(name) and not any(
        re.match(r"(?:\s*\([^()]{2,60}\))?$|\s+(?:of|for|on|in|to|and|&)\s", name[match.end() :])
        for match in _BODY_WORD.finditer(name)
    ):
        return False  # a word for a body and more: the name of a book, a site, an act
    bare = [word.strip(",") for word in words]
    named = sum(_NAME_WORD.fullmatch(word) is not None for word in bare)
    return named >= 1 and all(
        word in _SMALL or _NAME_WORD.fullmatch(word) is not None or _COMPANY.search(f" {word}")
        for word in bare
    )


def names_kind_of_body(word: str) -> bool:
    """Return whether a word is one for a kind of body: Board, Ministerio."""
    return bool(_BODY_WORD.fullmatch(word.capitalize()) or _FOREIGN_BODY.fullmatch(word))


def read_bodies_line(text: str, book: IssuerBook) -> list[str]:
    """Return the bodies of a line that consists only of names; empty if it has other words."""
    line = text.strip(" \t\u3000*_")
    if not line or len(line) > 200:
        return []
    if book.canonical(line) is not None:
        return [re.sub(r"^the\s+", "", line, flags=re.IGNORECASE).rstrip(".,")]
    if re.search(rf"[{_HAN}]", line):
        if _SPACED.fullmatch(line) and (whole := read_body(line)):
            return [whole]
        parts = [part for part in _SEPARATORS.split(line) if part]
        names = [read_body(part) or _known(part, book) for part in parts]
    else:
        names = [read_body(line)]
    bodies = [name for name in names if name]
    return bodies if len(bodies) == len(names) else []


def _known(text: str, book: IssuerBook) -> str | None:
    return text if book.canonical(text) is not None else None


_PERSON = re.compile(
    rf"(?:[{_HAN}]{{0,14}}(?:长|主任|主席|书记|总理|总裁|董事长|经理|校长|代表|部长|省长|市长|"
    rf"区长|县长|行长|署长|关长|"
    rf"专员|检察官|委员))[ \u3000：:]*[{_HAN}·]{{1,6}}(?:[ \u3000]+[{_HAN}·]{{1,4}}){{0,2}}"
)
_TITLE_ONLY = re.compile(
    rf"[{_HAN}]{{0,14}}(?:长|主任|主席|书记|总理|代表)(?:（[^（）]{{1,12}}）)?"
)


def is_signer(text: str) -> bool:
    """Return whether a line is a person's signature: 局长 张某某, （盖章）, [signed]."""
    line = re.sub(rf"(?<=[{_HAN}])[ \u3000]+(?=长)", "", simplified(text.strip(" \t\u3000*_")))
    return bool(
        _PERSON.fullmatch(line)
        or _TITLE_ONLY.fullmatch(line)
        or re.fullmatch(
            r"[（(\[]\s*(?:盖章|公章|印章|签章|代章|签名|签字|signed|seal|L\.?S\.?|"
            r"[^（）()]{2,8}代行)\s*[)）\]]",
            line,
            re.IGNORECASE,
        )
    )


def site_body(name: str) -> str | None:
    """Return the body that a site's name contains (卫生健康委员会网站); None if there is none."""
    if _PORTAL.search(name):
        return None
    plain = _SITE_WORDS.sub("", name.strip())
    if plain and (body := read_body(plain)):
        return body
    words = plain.split()
    for size in range(min(len(words), 8), 1, -1):
        start = " ".join(words[:size])
        if start.isascii() and (body := read_body(start)) and start[-1].isalpha():
            return body
    return None
