"""The labels of metadata in documents: 发文字号, 成文日期, "Issued by".

A label means one key of a policy, a publication date (which is never the policy's), or a fact for
its note. All labels are defined here; an ambiguous one (a bare "Date", 公布日期, 生成日期) is a
fact, so that no date is guessed.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from policybot.corpus.dates import parse_date
from policybot.errors import DateError

Key = Literal[
    "title",
    "issuer",
    "publisher",
    "date",
    "published",
    "effective",
    "expires",
    "printed",
    "start",
    "term",
    "span",
    "status",
    "number",
    "language",
    "url",
    "fact",
    "noise",
]

"""What a statement gives. ``start`` is an event ("issue", "gazette+1", "publication+30"), ``term``
a length in ISO 8601 ("P5Y", "2022-03-01/P2Y", "issue/P2Y"), ``span`` a first and a last day
("2024-10-28/2025-10-27"); :mod:`.stated.derived` makes dates of them."""

Certainty = Literal["certain", "likely", "doubtful"]
"""``certain`` values are used; ``likely`` ones are used, with a review line; ``doubtful`` ones are
only proposed in a review line."""

_LABELS: dict[Key, str] = {
    "title": (
        "标题;名称;文件名称;文件标题;政策名称;公文名称;信息名称;標題;名稱;法規名稱;"
        "title;document title;policy title;title of document;"
        "titel;titre;título;titulo;titolo;bezeichnung;intitulé;denominación;designação"
    ),
    "issuer": (
        "发文机关;发文单位;发文部门;制定机关;制发机关;颁布机关;颁布单位;成文机关;"
        "發文機關;制定機關;發文單位;"
        "issuing authority;issuing body;issuing agency;issuing department;"
        "issuing organization;issuing organisation;issued by;issuer;adopted by;passed by;"
        "enacted by;promulgated by;"
        "issuing entity;issuing office;made by;enacting authority;issuing ministry;"
        "herausgeber;erlassende behörde;ausstellende behörde;erlassen von;herausgegeben von;"
        "émetteur;autorité émettrice;autorité signataire;organisme émetteur;"
        "órgano emisor;organismo emisor;entidad emisora;emisor;emitido por;autoridad emisora;"
        "órgão emissor;órgão;entidade emissora;emitente;ente emittente;emittente"
    ),
    "publisher": (
        "发布机构;发布机关;发布单位;公开主体;發布機關;信息来源;来源;稿件来源;文章来源;"
        "信息提供;來源;"
        "published by;publisher;source;publishing body;from;approved by;"
        "departamento;organismo;entidad;entidade;órgano;institución;instituição;ministère;"
        "ministerio;"
        "behörde;quelle;fuente;fonte;publié par;publicado por;veröffentlicht von"
    ),
    "date": (
        "成文日期;成文时间;发文日期;发文时间;制定日期;成文日;發文日期;批准日期;签发日期;审批日期;颁布日期;成文時間;"
        "date of document;document date;date of issue;issue date;date issued;issued on;"
        "date of adoption;adoption date;date adopted;adopted on;date of signature;"
        "date signed;dated;date ratified;ratified on;date of ratification;version date;"
        "date of version;approval date;date approved;date of approval;approved on;"
        "date of issuance;"
        "date of enactment;date enacted;date passed;date made;date of resolution;resolution date;"
        "adopted;approved;passed;council resolution date;council adoption date;"
        "date of approval by the board;board approval date;"
        "ausfertigungsdatum;erlassdatum;beschlussdatum;ausstellungsdatum;erlassen am;"
        "beschlossen am;"
        "date de signature;date d'adoption;date d'approbation;date du document;date d'émission;"
        "fecha de emisión;fecha de aprobación;fecha de expedición;fecha de firma;"
        "fecha de disposición;"
        "fecha de adopción;fecha del documento;fecha de promulgación;"
        "data de aprovação;data de emissão;data de assinatura;data do documento;data do diploma;"
        "data di approvazione;data di emissione;data di adozione"
    ),
    "published": (
        "发布日期;发布时间;时间;刊登日期;刊发时间;公布日期;公布时间;公开日期;公开时间;"
        "发表时间;上网日期;發布日期;發布時間;"
        "publication date;date of publication;date published;published on;published;"
        "release date;posted on;posted;"
        "published date;date of publishing;first published;publish date;publishing date;"
        "gazette date;"
        "veröffentlicht am;veröffentlichungsdatum;erschienen am;date de publication;publié le;"
        "publicado en;publicado el;publicado em;fecha de publicación;data de publicação;"
        "data di pubblicazione;pubblicato il"
    ),
    "number": (
        "发文字号;文号;发文文号;文件编号;公文字号;公文文号;文件号;發文字號;文號;發文文號;"
        "docket number;docket no;docket;document number;document no;policy number;circular "
        "number;notice number;"
        "command paper number;document id;document reference;doc no;reference number;"
        "reference no;ref no;ref;"
        "reference;"
        "policy no;policy id;policy code;policy reference;policy ref;procedure number;"
        "circular no;notice no;"
        "bulletin number;bulletin no;directive number;directive no;order number;order no;"
        "file number;file no;"
        "file ref;file reference;our ref;our reference;document code;document ref;"
        "resolution number;"
        "resolution no;decision number;decision no;instrument number;"
        "aktenzeichen;az;geschäftszeichen;gz;dokumentnummer;dokumentennummer;"
        "nor;numéro;n° du document;numéro du document;référence;"
        "número;número de documento;nº de documento;referencia;"
        "número do documento;nº do documento;referência;protocollo;numero documento;"
        "codice documento"
    ),
    "effective": (
        "施行日期;实施日期;生效日期;施行时间;实施时间;生效时间;起始日期;"
        "effective date;effective from;effective;date of effect;entry into force;"
        "date of entry into force;in force from;commencement date;commencement;date in force;"
        "effective as of;effective on;date effective;comes into effect;comes into force;"
        "coming into force;"
        "date of commencement;date of coming into force;takes effect;takes effect on;"
        "in effect from;"
        "commences;commences on;applies from;applicable from;in force since;implementation date;"
        "inkrafttreten;in kraft seit;in kraft ab;gültig ab;gilt ab;datum des inkrafttretens;"
        "date d'entrée en vigueur;entrée en vigueur;date d'effet;en vigueur le;"
        "fecha de entrada en vigor;entrada en vigor;fecha de vigencia;vigente desde;vigencia desde;"
        "data de entrada em vigor;entrada em vigor;início de vigência;em vigor desde;"
        "entrata in vigore;data di entrata in vigore"
    ),
    "expires": (
        "失效日期;废止日期;失效时间;废止时间;截止日期;终止日期;有效期至;"
        "expiry date;expiration date;expires;expires on;valid until;end of validity;"
        "date of end of validity;sunset date;"
        "gültig bis;außerkrafttreten;date d'expiration;date de fin de vigueur;fecha de caducidad;"
        "vigente hasta;data de cessação de vigência;válido até"
    ),
    "printed": "印发日期;印發日期",
    "term": (
        "有效期;有效期限;validity period;period of validity;term of validity;"
        "plazo de vigencia;período de vigencia;periodo de vigencia"
    ),
    "status": (
        "有效性;时效性;时效;效力;效力状态;文件状态;时效状态;有效状态;status;validity;"
        "legal status;current status"
    ),
    "fact": (
        "索引号;主题分类;分类;信息分类;信息类别;主题词;关键词;效力级别;"
        "生成日期;通过日期;修订日期;体裁分类;组配分类;服务对象;"
        "公开属性;公开方式;公开类别;公开范围;内容概述;主送机关;签发人;公文种类;文件类型;"
        "索引號;主題分類;"
        "分類;"
        "index number;index no;subject;subject category;category;topic;keywords;document type;"
        "type of document;type;date;audience;"
        "datum;fecha;data;日期;review date;next review date;next review;review by;"
        "date of next review;"
        "last reviewed;last review date;date reviewed;last updated;date modified;"
        "last modified;date of last revision;"
        "last revised;revision date;version;version number;printed on;date printed;print date;"
        "to;re;betreff;objet;asunto;assunto;主旨;速別"
    ),
    "noise": (
        "点击;浏览;阅读;阅读量;阅读次数;浏览次数;浏览量;点击数;点击率;点击量;访问量;字体;"
        "字号大小;打印;分享;责任编辑;编辑;作者;"
        "views;hits;font size;share;print"
    ),
}


def _keys() -> dict[str, Key]:
    keys: dict[str, Key] = {}
    for key, labels in _LABELS.items():
        for label in labels.split(";"):
            keys.setdefault(_plain(label), key)
    return keys


def _plain(label: str) -> str:
    """Return a label normalised, without spaces and full stops: Doc. No. becomes docno."""
    plain = unicodedata.normalize("NFKC", label.replace("’", "'"))
    return re.sub(r"[\s.]+", "", plain).strip("【】[]").rstrip(":：").casefold()


_KEYS = _keys()
_DATE_OR_BODY = frozenset(["adopted", "approved", "passed"])
_OF_VERSION = frozenset(["versiondate", "dateofversion"])
_ORIGIN = re.compile(
    "来源|來源|source|提供|^from$|^approved(?: by)?$|^adopted$|^passed$|"
    "^quelle$|^fuente$|^fonte$|^departamento$|^entidad|"
    "^organismo$|^behörde$",
    re.IGNORECASE,
)
_MOST_WORDS = 160
"""The most characters that evidence quotes."""

_OPENING = re.compile(
    r"\s*[【\[]?\s*(?P<label>[^:：\n【】\[\]]{1,40}?)\s*(?:[】\]]\s*[:：]?|[:：])\s*(?P<value>.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A piece of metadata that a document states about itself: key, value and label.

    ``origin`` is the kind of place (``label``, ``meta``, ``sign-off``); issuers of one origin are
    used together. Importers return statements with the most reliable place first, and the first
    value of a key is used. ``where`` is the place within the source ("line 214", "page 3"), if the
    label does not imply it; ``words`` is the text it was parsed from, if more than the value.
    """

    key: Key
    value: str
    label: str
    origin: str = "label"
    where: str = ""
    words: str = ""
    certainty: Certainty = "certain"

    @property
    def evidence(self) -> str:
        """The place and the words it was read from: ``sign-off, line 214: “2021年5月17日”``."""
        kind = "" if self.origin in {"label", "adoption", self.label} else f"{self.origin} "
        place = f"{kind}{self.label}{', ' if self.where else ''}{self.where}"
        words = " ".join((self.words or self.value).split())
        if len(words) > _MOST_WORDS:
            words = f"{words[:_MOST_WORDS].rstrip()}…"
        return f"{place}: “{words}”"


def key_of(label: str) -> Key | None:
    """Return the key that a label means; None if the text is not a label."""
    return _KEYS.get(_plain(label))


def split_label(text: str) -> tuple[str, str] | None:
    """Split ``label: value``; None if the text does not begin with a known label."""
    match = _OPENING.match(text)
    if match is None or key_of(match["label"]) is None:
        return None
    return " ".join(match["label"].split()), match["value"].strip()


def split_unmarked(text: str) -> tuple[str, str] | None:
    """Split a label and its value without a colon between them: "Policy No. LHA-OP-017".

    The value is a date or a code with a digit; None for any other text.
    """
    words = text.strip().split()
    for size in range(min(len(words) - 1, 5), 0, -1):
        label, value = " ".join(words[:size]), " ".join(words[size:])
        key = key_of(label)
        if key == "number" and _CODE.fullmatch(value):
            return label, value
        if key in {"date", "published", "effective", "expires"} and is_date(value):
            return label, value
    return None


_CODE = re.compile(r"(?=\S*[0-9])[A-Za-z0-9]\w{0,11}(?:[/.-][\w&]{1,12}){1,9}")


def is_date(text: str) -> bool:
    """Return whether a text is exactly one date that can be parsed."""
    try:
        parse_date(text)
    except DateError:
        return False
    return True


def statement(label: str, value: str, origin: str = "label") -> Statement:
    """Return the statement of a label and its value."""
    key = key_of(label) or "fact"
    shown = _shown(label)
    if _plain(label) in _DATE_OR_BODY and not re.search(r"[0-9]", value):
        key = "publisher"  # "Approved: Board of Governors"
    # The origin of a page is usually, but not always, its issuer.
    unsure = (key == "publisher" and _ORIGIN.search(shown)) or _plain(label) in _OF_VERSION
    sure: Certainty = "likely" if unsure else "certain"
    return Statement(key, " ".join(value.split()), shown, origin, certainty=sure)


_BARE_DATE = frozenset(["date", "datum", "fecha", "data", "日期"])
_OF_LETTERS = frozenset(
    ["to", "from", "re", "subject", "betreff", "objet", "asunto", "assunto", "主旨"]
)


def own_dates(statements: Sequence[Statement]) -> list[Statement]:
    """Return statements with a bare "Date" made the document's date, if other labels support it.

    They do if there is a number, an issuer or a label of a letter (To, From, Subject), and no date
    of publication.
    """
    keys = {item.key for item in statements if item.value}
    telling = keys & {"number", "issuer"} or any(
        _plain(item.label) in _OF_LETTERS for item in statements
    )
    if not telling or keys & {"date", "published"}:
        return list(statements)
    return [
        dataclasses.replace(item, key="date", certainty="likely")
        if item.key == "fact" and _plain(item.label) in _BARE_DATE
        else item
        for item in statements
    ]


def read_label_lines(lines: Sequence[str]) -> tuple[list[Statement], int]:
    """Parse the ``label: value`` lines at the beginning of a text.

    Returns the statements and the number of lines they take, blank lines included. A single such
    line counts as text.
    """
    statements: list[Statement] = []
    end = 0
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        split = split_label(line)
        if split is None:
            break
        statements.append(statement(*split))
        end = at + 1
    return (own_dates(statements), end) if len(statements) > 1 else ([], 0)


def _shown(label: str) -> str:
    """Return a label without brackets, colon and padding: 标　　题： becomes 标题."""
    label = label.strip().strip("【】[]").rstrip(":： ").strip()
    return " ".join(label.split()) if label.isascii() else re.sub(r"\s+", "", label)
