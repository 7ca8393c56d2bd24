import dataclasses
import hashlib
from pathlib import Path

import pytest

from policybot.corpus.files.read import read_policies
from policybot.corpus.files.write import format_policy
from policybot.corpus.importers.encodings import decode
from policybot.corpus.importers.pipeline.importing import import_file
from policybot.corpus.importers.pipeline.naming import draft_id, numbered_id
from policybot.corpus.importers.pipeline.result import ImportResult
from policybot.corpus.importers.pipeline.source import ImportOptions
from policybot.corpus.importers.repairs import Years, undo_repairs
from policybot.corpus.importers.texts.policy_list import read_policy_list
from policybot.corpus.issuers.table import IssuerBook, read_issuers
from policybot.corpus.review.check import check_corpus
from policybot.errors import ImportRefusedError
from policybot.model import Policy, Source

CORPUS = Path(__file__).parents[2] / "corpus"
SEED = CORPUS / "sources" / "iot-policies.txt"
YEARS = (2010, 2030)
MIIT = "Ministry of Industry and Information Technology"
NDRC = "National Development and Reform Commission"

# Read from the document by eye: date, issuers, title.
BY_EYE = [
    (
        "2010-10-18",
        ("State Council",),
        "Decision on Accelerating the Cultivation and Development of Strategic Emerging Industries",
    ),
    ("2011-03-16", (), "National Twelfth Five-Year Plan Outline"),
    (
        "2011-04-06",
        ("Ministry of Finance",),
        (
            "Interim Measures for the Administration of Special Funds for the Development of the"
            " Internet of Things"
        ),
    ),
    (
        "2011-05-09",
        ("MIIT",),
        f"Key Work of Standardization in 2011 by the {MIIT}",
    ),
    (
        "2012-02-14",
        (MIIT,),
        "The 12th Five-Year Plan for the Development of the Internet of Things",
    ),
    (
        "2012-08-17",
        (MIIT,),
        (
            "Outline of Wuxi National Sensor Network Innovation Demonstration Zone Development Plan"
            " (2012-2020)"
        ),
    ),
    (
        "2013-02-05",
        ("General Office of the State Council",),
        (
            "Guiding Opinions of the State Council on Promoting the Orderly and Healthy Development"
            " of the Internet of Things"
        ),
    ),
    (
        "2013-03-04",
        ("General Office of the State Council",),
        (
            "Medium-and Long-term Plan for the Construction of Major National Science and"
            " Technology Infrastructure (2012-2030)"
        ),
    ),
    (
        "2013-09-17",
        (
            NDRC,
            MIIT,
            "Ministry of Science and Technology",
            "Ministry of Education",
            "National Standards Committee",
        ),
        "Special Action Plan for the Development of Internet of Things (2013-2015)",
    ),
    (
        "2013-10-31",
        (NDRC,),
        (
            "The National Development and Reform Commission recently issued a notice, requiring"
            " local organizations to carry out regional pilot projects of major application"
            " demonstration projects of the national Internet of Things in 2014-2016"
        ),
    ),
    (
        "2014-06",
        (MIIT,),
        (
            "Key Points of Internet of Things Work of the Ministry of Industry and Information"
            " Technology in 2014"
        ),
    ),
    (
        "2014-07",
        ("Development and Reform Commission",),
        (
            "Notice on Printing and Distributing Ten Special Action Plans for the Development of"
            " Internet of Things"
        ),
    ),
]


def import_policy_list(
    path: Path, years: Years | None = None, *, issuers: IssuerBook | None = None
) -> ImportResult:
    """Return the policies that a text lists, with ids unique among them."""
    data = path.read_bytes()
    source = Source(path.name, hashlib.sha256(data).hexdigest())
    result = read_policy_list(
        path, source, decode(path, data), years, issuers=issuers or IssuerBook()
    )
    named: dict[str, Policy] = {}
    for policy in result.policies:
        copy, name = 1, draft_id(policy.date, policy.title)
        while name in named:
            copy += 1
            name = numbered_id(draft_id(policy.date, policy.title), copy)
        named[name] = dataclasses.replace(policy, id=name)
    return ImportResult(tuple(named.values()), result.reports)


@pytest.fixture(scope="module")
def seed() -> ImportResult:
    return import_policy_list(SEED, YEARS, issuers=read_issuers(CORPUS / "issuers.toml"))


def listed(tmp_path: Path, text: str, name: str = "list.txt") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_seed_gives_its_twelve_policies_as_read_by_eye(seed: ImportResult) -> None:
    assert [(str(p.date), p.issuers, p.title) for p in seed.policies] == BY_EYE


def test_the_seed_needs_no_table_of_issuers(seed: ImportResult) -> None:
    assert import_policy_list(SEED, YEARS).policies == seed.policies


def test_bodies_with_their_repairs_undone_are_the_sources_lines(seed: ImportResult) -> None:
    lines = SEED.read_bytes().decode("utf-8").split("\n")
    for policy in seed.policies:
        assert policy.source is not None
        assert policy.source.lines is not None
        last = int(policy.source.lines.partition("-")[2])
        body = policy.body.split("\n")
        first = last - len(body) + 1
        for number, text in enumerate(body, first):
            repairs = [repair for repair in policy.repairs if repair.line == number]
            assert undo_repairs(text, repairs) == lines[number - 1]


def test_every_line_of_the_seed_is_in_a_policy_or_reported(seed: ImportResult) -> None:
    lines = SEED.read_text(encoding="utf-8").split("\n")
    taken: set[int] = {report.line for report in seed.reports if report.kind == "skipped"}
    for policy in seed.policies:
        assert policy.source is not None
        first, _, last = (policy.source.lines or "").partition("-")
        taken |= set(range(int(first), int(last) + 1))
    assert {number for number, line in enumerate(lines, 1) if line.strip()} <= taken


def test_the_seeds_repairs_are_the_ones_a_person_would_make(seed: ImportResult) -> None:
    repairs = [(r.line, r.before, r.after) for p in seed.policies for r in p.repairs]
    assert repairs == [
        (3, "21", "2010"),
        (7, "211", "2011"),
        (11, "211", "2011"),
        (15, "211", "2011"),
        (15, "211", "2011"),
        (17, "3,", "3,000"),
        (19, "212", "2012"),
        (21, "215", "2015"),
        (23, "212", "2012"),
        (23, "212-22", "2012-2020"),
        (25, "215", "2015"),
        (25, "22", "2020"),
        (27, "213", "2013"),
        (29, "215", "2015"),
        (31, "213", "2013"),
        (31, "212-23", "2012-2030"),
        (35, "213", "2013"),
        (35, "213-215", "2013-2015"),
        (37, "215", "2015"),
        (39, "213", "2013"),
        (39, "214-216", "2014-2016"),
        (43, "214", "2014"),
        (43, "214", "2014"),
        (45, "214", "2014"),
        (47, "p>214", "2014"),
        (47, "213", "2013"),
        (49, "1", "10"),
    ]


def test_what_the_seed_leaves_open_is_reported(seed: ImportResult) -> None:
    reports = [(report.line, report.kind) for report in seed.reports]
    assert reports == [
        (1, "skipped"),
        (15, "left out"),
        (17, "repaired"),
        (33, "unresolved"),
        (43, "left out"),
        (47, "left out"),
        (49, "repaired"),
    ]
    assert "more than 1 cities." in seed.policies[7].body
    assert seed.policies[7].note == "line 33, '1 cities' may have lost zeros; left as printed"


def test_wording_and_number_are_kept_as_printed(seed: ImportResult) -> None:
    assert [policy.date_text for policy in seed.policies] == [*[None] * 10, "mid-June, 2014", None]
    assert seed.policies[-1].number == "No.1718 [2013] of Development and Reform Commission"


def test_titles_are_spans_of_the_heading_with_its_repairs(seed: ImportResult) -> None:
    lines = SEED.read_text(encoding="utf-8").split("\n")
    for policy in seed.policies:
        assert policy.source is not None
        line = int((policy.source.lines or "").partition("-")[0])
        heading = lines[line - 1]
        for repair in (repair for repair in policy.repairs if repair.line == line):
            heading = heading.replace(repair.before, repair.after, 1)
        assert policy.title in heading


def test_the_corpus_is_what_the_importer_gives(seed: ImportResult) -> None:
    for policy in seed.policies:
        text = (CORPUS / f"{policy.id}.md").read_text(encoding="utf-8")
        assert text == format_policy(policy)
    assert list(read_policies(CORPUS)) == list(seed.policies)


def test_the_corpus_has_no_problems_and_knows_its_issuers() -> None:
    assert check_corpus(CORPUS, CORPUS / "issuers.toml") == []


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("MIIT", MIIT),
        ("工信部", MIIT),
        ("工业和信息化部", MIIT),
        ("NDRC", NDRC),
        ("发改委", NDRC),
        ("国家发展改革委", NDRC),
        ("Development and Reform Commission", NDRC),
        ("财政部", "Ministry of Finance"),
        ("MOST", "Ministry of Science and Technology"),
        ("教育部", "Ministry of Education"),
        ("国务院办公厅", "General Office of the State Council"),
        ("国家标准委", "Standardization Administration"),
        ("National Standards Committee", "Standardization Administration"),
    ],
)
def test_the_corpus_knows_the_common_names_of_its_issuers(alias: str, name: str) -> None:
    book = read_issuers(CORPUS / "issuers.toml")
    assert book.canonical(alias) == name
    assert name in book.children("State Council")


def test_an_import_copies_its_source_and_writes_its_drafts(
    seed: ImportResult, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    outcome = import_file(SEED, corpus, ImportOptions(years=YEARS))
    assert (corpus / "sources" / SEED.name).read_bytes() == SEED.read_bytes()
    assert list(read_policies(corpus)) == list(seed.policies)
    assert [path.stem for path in outcome.paths] == [policy.id for policy in seed.policies]
    assert (outcome.status, outcome.policies) == ("imported", 12)
    assert str(outcome.reports[0]) == "iot-policies.txt: read as: a list of policies"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b" \n", "a.txt: the file is empty"),
        (b"May 4, 2011: A\n\nB\x00\n", "a.txt:3: the character U+0000 is no text"),
        (
            b"Nothing here.\n",
            (
                "no line of it is a heading with the date of a policy; if its numbers lost their "
                "zeros, name its years: --years 2010-2030"
            ),
        ),
    ],
)
def test_a_list_that_cannot_be_imported_is_refused_whole(
    tmp_path: Path, data: bytes, message: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(ImportRefusedError) as caught:
        import_file(path, tmp_path / "corpus", ImportOptions(text="list"))
    assert str(caught.value).endswith(message)
    assert not (tmp_path / "corpus").exists()


def test_a_span_of_years_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="years 2030-2010 are no span"):
        import_file(SEED, tmp_path, ImportOptions(years=(2030, 2010)))


def test_a_chinese_list_is_read(tmp_path: Path) -> None:
    text = (
        "2012年2月14日：《物联网“十二五”发展规划》（工业和信息化部）\n\n到2015年。\n\n第二段。\n\n"
        "2013年2月5日：国务院关于推进物联网的指导意见（国发〔2013〕7号）\n\n意见提出。\n"
    )
    first, second = import_policy_list(listed(tmp_path, text), None).policies
    assert (first.title, first.issuers) == ("物联网“十二五”发展规划", ("工业和信息化部",))
    assert first.body == "到2015年。\n\n第二段。"
    assert (first.language, first.source and first.source.lines) == ("zh", "1-5")
    assert (second.title, second.number) == ("国务院关于推进物联网的指导意见", "国发〔2013〕7号")


def test_a_sentence_that_begins_with_a_date_is_no_heading(tmp_path: Path) -> None:
    text = "May 4, 2011: A plan (Office)\n\nIn 2013, it ends.\n\nOn May 5, 2013, it ended.\n"
    (policy,) = import_policy_list(listed(tmp_path, text), None).policies
    assert policy.body == "In 2013, it ends.\n\nOn May 5, 2013, it ended."


def test_a_missing_date_or_issuer_is_never_guessed(tmp_path: Path) -> None:
    text = "31 February 2012: A plan (2012-2020)\n\nBody.\n"
    result = import_policy_list(listed(tmp_path, text), None)
    (policy,) = result.policies
    assert (policy.date, policy.date_text, policy.issuers) == (None, "31 February 2012", ())
    assert policy.title == "A plan (2012-2020)"
    assert "February 2012 has no day 31; the policy has no date" in result.reports[0].message


def test_a_day_that_may_have_lost_its_zero_is_no_certain_day(tmp_path: Path) -> None:
    text = "May 1, 213: A plan\n\nBody.\n\nMay 4, 213: A plan\n\nBody.\n"
    result = import_policy_list(listed(tmp_path, text), YEARS)
    assert [(str(p.date), p.date_text) for p in result.policies] == [
        ("2013-05", "May 1, 2013"),
        ("2013-05-04", None),
    ]
    assert "only 2013-05 is sure" in result.reports[0].message


def test_a_heading_with_no_text_below_is_reported(tmp_path: Path) -> None:
    text = "May 4, 2011: A plan\n\nMay 5, 2011: Another plan\n\nBody.\n"
    result = import_policy_list(listed(tmp_path, text), None)
    assert [policy.title for policy in result.policies] == ["Another plan"]
    assert [(report.line, report.kind) for report in result.reports] == [(1, "skipped")]


def test_policies_of_one_day_and_title_get_ids_of_their_own(tmp_path: Path) -> None:
    text = "May 4, 2011: A plan\n\nOne.\n\nMay 4, 2011: A plan\n\nTwo.\n"
    result = import_policy_list(listed(tmp_path, text), None)
    assert [policy.id for policy in result.policies] == ["2011-05-04-plan", "2011-05-04-plan-2"]


def test_a_body_named_with_commas_is_one_issuer(tmp_path: Path) -> None:
    text = (
        "May 4, 2011: A plan (Ministry of Culture, Sports and Tourism; Ministry of Finance)\n\nB.\n"
    )
    (policy,) = import_policy_list(listed(tmp_path, text), None).policies
    assert policy.issuers == ("Ministry of Culture, Sports and Tourism", "Ministry of Finance")


def test_a_numbered_heading_that_is_a_sentence_about_a_title_is_read(tmp_path: Path) -> None:
    text = (
        "1. On May 12, 219, the Ministry of Finance and the Ministry of Education jointly issued"
        ' the "Rules for Something" (No. 12 [219])\n\nBody.\n'
    )
    (policy,) = import_policy_list(listed(tmp_path, text), YEARS).policies
    assert (policy.title, str(policy.date)) == ("Rules for Something", "2019-05-12")
    assert policy.issuers == ("Ministry of Finance", "Ministry of Education")
    assert policy.number == "No. 12 [2019]"
