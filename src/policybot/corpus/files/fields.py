"""Parse the keys of a policy: from a tree of plain strings with line numbers to a Policy.

Front matter and JSON lines are both read into such trees, so that they share one set of rules and
messages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from policybot.corpus.dates import parse_date
from policybot.corpus.files.ids import why_bad_id
from policybot.corpus.files.nodes import Node
from policybot.corpus.files.sound import LANGUAGE_TAG, SHA256_HEX, is_url
from policybot.corpus.problems import Problem, unknown_key
from policybot.corpus.versions import Beside, read_versions
from policybot.errors import DateError
from policybot.model import (
    NO_TERMS,
    RELATION_KINDS,
    MachineRead,
    Policy,
    PolicyDate,
    RelationTerms,
    Repair,
    Source,
)

KEYS = (
    "id",
    "title",
    "issuers",
    "date",
    "date_text",
    "number",
    "language",
    "url",
    "source",
    "note",
    "relations",
    "repairs",
    "published",
    "effective",
    "expires",
    "status",
    "evidence",
    "versions",
)
DATE_KEYS = ("date", "published", "effective", "expires")
EVIDENCE_KEYS = (
    "title",
    "issuers",
    *DATE_KEYS,
    "number",
    "language",
    "url",
    "status",
    "relations",
)
"""The keys of a policy that can have evidence, in the order in which it is written."""

SOURCE_KEYS = ("file", "sha256", "lines", "pages", "machine_read")
REPAIR_KEYS = ("from", "to", "line")
RELATION_KEYS = ("id", "date", "provisions")

_MACHINE_READ = re.compile(r"(0(?:\.[0-9]{1,4})?|1(?:\.0{1,4})?),\s*(\S.*)")


class FieldReader:
    """Parses one policy's keys and collects every problem with them in ``problems``.

    ``beside`` returns the texts of versions that have files of their own.
    """

    def __init__(self, file: str, beside: Beside = lambda _: None) -> None:
        self.file = file
        self._beside = beside
        self.problems: list[Problem] = []

    def problem(self, line: int, message: str) -> None:
        """Report an error."""
        self.problems.append(Problem(self.file, line, message))

    def policy(
        self, fields: Mapping[str, Node], body: str, *, default_id: str, line: int, body_line: int
    ) -> Policy:
        """Parse the keys; the policy is valid only if no problem was reported."""
        for key, node in fields.items():
            if key not in KEYS:
                self.problem(node.line, unknown_key(key, KEYS))
        policy_id = self.text(fields, "id")
        if policy_id is None:
            policy_id = default_id
        id_line = fields["id"].line if "id" in fields else line
        if (wrong := why_bad_id(policy_id)) is not None:
            self.problem(id_line, f"id {policy_id!r} {wrong}")
        title = self.text(fields, "title")
        if title is None:
            if "title" not in fields:
                self.problem(line, "there is no title; every policy needs one")
        elif not title.strip():
            self.problem(fields["title"].line, "the title is empty")
        self._characters("the body", body, body_line, one_line=False)
        versions = read_versions(self, fields, body, self._beside)
        if not body.strip() and not versions:
            self.problem(body_line, "the body is empty; a policy needs its text")
        language = self.text(fields, "language")
        if language is not None and not LANGUAGE_TAG.fullmatch(language):
            message = f"language {language!r} is no BCP 47 tag such as en, zh or zh-Hant"
            self.problem(fields["language"].line, message)
        url = self.text(fields, "url")
        if url is not None and not is_url(url):
            self.problem(fields["url"].line, f"url {url!r} is no http or https address")
        relations, terms = self._relations(fields)
        return Policy(
            id=policy_id,
            title=title or "",
            body=body if body.strip() or not versions else versions[-1].body,
            issuers=self._texts(fields, "issuers"),
            date=self._date(fields, "date"),
            date_text=self.text(fields, "date_text"),
            number=self.text(fields, "number"),
            language=language,
            url=url,
            source=self.source(fields),
            note=self.text(fields, "note", one_line=False),
            relations=relations,
            repairs=self._repairs(fields),
            published=self._date(fields, "published"),
            effective=self._date(fields, "effective"),
            expires=self._date(fields, "expires"),
            status=self._filled(fields, "status"),
            evidence=self._evidence(fields),
            relation_terms=terms,
            versions=versions,
            path=self.file,
            line=body_line,
        )

    def text(
        self, fields: Mapping[str, Node], key: str, *, where: str = "", one_line: bool = True
    ) -> str | None:
        """Read a key that holds one text; None when it is absent or not a text."""
        node = fields.get(key)
        if node is None:
            return None
        if not isinstance(node.value, str):
            self.problem(node.line, f"{where}{key} is one text, not a list or a table")
            return None
        self._characters(f"{where}{key}", node.value, node.line, one_line=one_line)
        return node.value

    def _characters(self, what: str, text: str, line: int, *, one_line: bool) -> None:
        for match in re.finditer(r"[\x00-\x1f\x7f-\x9f\ufffd\ud800-\udfff]", text):
            character = match.group()
            if character in "\n\r\t" and not (one_line and character != "\t"):
                continue
            at = line if one_line else line + text.count("\n", 0, match.start())
            if character == "\ufffd":
                message = (
                    f"{what} holds the replacement character U+FFFD: text was lost when this was"
                    " decoded; take it again from its source"
                )
            elif character in "\n\r":
                message = f"{what} is more than one line"
            else:
                message = f"{what} holds the control character U+{ord(character):04X}"
            self.problem(at, message)
            return

    def _texts(self, fields: Mapping[str, Node], key: str, where: str = "") -> tuple[str, ...]:
        node = fields.get(key)
        if node is None:
            return ()
        if isinstance(node.value, str | Mapping):
            self.problem(
                node.line, f"{where}{key} is a list: write [] for none, or one item per line"
            )
            return ()
        texts: list[str] = []
        for item in node.value:
            text = self.text({key: item}, key, where=f"an item of {where}")
            if text is None:
                continue
            if not text.strip():
                self.problem(item.line, f"an item of {where}{key} is empty")
            elif text in texts:
                self.problem(item.line, f"{where}{key} names {text!r} twice")
            texts.append(text)
        return tuple(texts)

    def _date(self, fields: Mapping[str, Node], key: str) -> PolicyDate | None:
        text = self.text(fields, key)
        if text is None:
            return None
        try:
            return parse_date(text)
        except DateError as error:
            self.problem(fields[key].line, f"{key} {error}")
            return None

    def _filled(self, fields: Mapping[str, Node], key: str) -> str | None:
        text = self.text(fields, key)
        if text is not None and not text.strip():
            self.problem(fields[key].line, f"{key} is empty; leave the key out when there is none")
        return text

    def _evidence(self, fields: Mapping[str, Node]) -> dict[str, str]:
        node = fields.get("evidence")
        if node is None:
            return {}
        table = self.table(node, "evidence", EVIDENCE_KEYS)
        evidence: dict[str, str] = {}
        for key in EVIDENCE_KEYS:
            text = self.text(table, key, where="evidence ")
            if text is not None and text.strip():
                evidence[key] = text
            elif text is not None:
                self.problem(table[key].line, f"evidence {key} is empty")
        return evidence

    def table(self, node: Node, name: str, known: Sequence[str]) -> Mapping[str, Node]:
        """Read a table whose keys are known."""
        if not isinstance(node.value, Mapping):
            self.problem(node.line, f"{name} is a table with the keys {', '.join(known)}")
            return {}
        for key, item in node.value.items():
            if key not in known:
                self.problem(item.line, unknown_key(key, known, f" of {name}"))
        return node.value

    def source(self, fields: Mapping[str, Node]) -> Source | None:
        """Read the key ``source``."""
        node = fields.get("source")
        if node is None:
            return None
        if isinstance(node.value, str):
            self._characters("source", node.value, node.line, one_line=True)
            if not node.value.strip():
                self.problem(node.line, "source is empty; leave the key out when there is none")
            return Source(node.value)
        before = len(self.problems)
        table = self.table(node, "source", SOURCE_KEYS)
        file, sha256, lines = (self.text(table, key, where="source ") for key in SOURCE_KEYS[:3])
        if file is None or not file.strip():
            if len(self.problems) == before:
                self.problem(node.line, "source names no file; it needs the key file")
            return None
        if sha256 is not None and not SHA256_HEX.fullmatch(sha256):
            message = "source sha256 is not 64 lowercase hexadecimal digits"
            self.problem(table["sha256"].line, message)
        if lines is not None and not lines.strip():
            self.problem(table["lines"].line, "source lines is empty")
        return Source(file, sha256, lines, self._pages(table), self._machine_read(table))

    def _pages(self, source: Mapping[str, Node]) -> tuple[tuple[int, str], ...]:
        node = source.get("pages")
        if node is None:
            return ()
        if not isinstance(node.value, Mapping):
            message = "source pages is a table: a page's number, and the words it begins with"
            self.problem(node.line, message)
            return ()
        pages: list[tuple[int, str]] = []
        for number, item in node.value.items():
            words = self.text(node.value, number, where="source pages ")
            if not re.fullmatch(r"[1-9][0-9]{0,5}", number):
                self.problem(item.line, f"source pages {number!r} is no page number")
            elif pages and int(number) <= pages[-1][0]:
                self.problem(item.line, f"source pages {number} comes after {pages[-1][0]}")
            elif words is not None:
                pages.append((int(number), words))
        return tuple(pages)

    def _machine_read(self, source: Mapping[str, Node]) -> tuple[MachineRead, ...]:
        node = source.get("machine_read")
        if node is None:
            return ()
        if not isinstance(node.value, Mapping):
            message = "source machine_read is a table: a page's number, and confidence and engine"
            self.problem(node.line, message)
            return ()
        read: list[MachineRead] = []
        for number, item in node.value.items():
            statement = self.text(node.value, number, where="source machine_read ")
            match = _MACHINE_READ.fullmatch(statement or "")
            if not re.fullmatch(r"[1-9][0-9]{0,5}", number):
                self.problem(item.line, f"source machine_read {number!r} is no page number")
            elif match is None:
                message = f"source machine_read {statement!r} is no confidence and engine"
                self.problem(item.line, f"{message}, as in '0.93, tesseract 5.3.0'")
            else:
                read.append(MachineRead(int(number), float(match[1]), match[2]))
        return tuple(read)

    def _relations(
        self, fields: Mapping[str, Node]
    ) -> tuple[dict[str, tuple[str, ...]], dict[str, dict[str, RelationTerms]]]:
        """Read the ids of relations by kind, and their terms, if any, by kind and id."""
        node = fields.get("relations")
        if node is None:
            return {}, {}
        table = self.table(node, "relations", RELATION_KINDS)
        relations: dict[str, tuple[str, ...]] = {}
        stated: dict[str, dict[str, RelationTerms]] = {}
        for kind in (kind for kind in RELATION_KINDS if kind in table):
            items = table[kind].value
            if isinstance(items, str | Mapping):
                relations[kind] = self._texts(table, kind, "relations ")
                continue
            terms: dict[str, RelationTerms] = {}
            plain = [self._object(item, kind, terms) for item in items]
            object_ids = Node([details for details in plain if details], table[kind].line)
            relations[kind] = self._texts({kind: object_ids}, kind, "relations ")
            stated[kind] = {
                object_id: details for object_id, details in terms.items() if details != NO_TERMS
            }
        return (
            {kind: ids for kind, ids in relations.items() if ids},
            {kind: terms for kind, terms in stated.items() if terms},
        )

    def _object(self, item: Node, kind: str, terms: dict[str, RelationTerms]) -> Node | None:
        """Return the id of a relation's object, and store the relation's terms in ``terms``."""
        if not isinstance(item.value, Mapping):
            return item
        noted = len(self.problems)
        table = self.table(item, f"relations {kind}", RELATION_KEYS)
        object_id = self.text(table, "id", where=f"relations {kind} ")
        if object_id is None:
            if len(self.problems) == noted:
                self.problem(item.line, f"relations {kind} names no policy; it needs the key id")
            return None
        provisions = self._texts(table, "provisions", f"relations {kind} ")
        terms[object_id] = RelationTerms(self._date(table, "date"), provisions)
        return Node(object_id, item.line)

    def _repairs(self, fields: Mapping[str, Node]) -> tuple[Repair, ...]:
        node = fields.get("repairs")
        if node is None:
            return ()
        if isinstance(node.value, str | Mapping):
            self.problem(node.line, "repairs is a list of tables with the keys from, to, line")
            return ()
        repairs: list[Repair] = []
        for item in node.value:
            noted = len(self.problems)
            table = self.table(item, "a repair", REPAIR_KEYS)
            before, after, at = (self.text(table, key, where="repair ") for key in REPAIR_KEYS)
            if before is None or after is None or at is None:
                if len(self.problems) == noted:
                    self.problem(item.line, "a repair needs the keys from, to and line")
            elif not re.fullmatch(r"[1-9][0-9]{0,9}", at):
                self.problem(table["line"].line, f"repair line {at!r} is no line number")
            else:
                repairs.append(Repair(before, after, int(at)))
        return tuple(repairs)
