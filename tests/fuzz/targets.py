"""Every fuzzer, by name."""

from tests.fuzz.bot import CALLBACK, WEBHOOK
from tests.fuzz.files import CORPUS
from tests.fuzz.imports import IMPORTS
from tests.fuzz.listings import LISTING
from tests.fuzz.pdfs import PDF
from tests.fuzz.questions import QUESTION
from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {
    target.name: target for target in (QUESTION, CORPUS, IMPORTS, PDF, LISTING, CALLBACK, WEBHOOK)
}
