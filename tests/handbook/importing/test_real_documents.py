"""The real job description and a real act, as text, Markdown, Word and LibreOffice files."""

from collections import Counter
from pathlib import Path

import pypandoc
import pytest

from metoodik.handbook.content import Text
from metoodik.handbook.importing import Where, draft_pieces, read_document, words

FILES = Path(__file__).parents[2] / "fixtures" / "imports"
JOB = FILES / "ametijuhend.txt"
ACT = FILES / "AvTS-2026-03-16.md"


def test_the_job_description_is_understood_whole() -> None:
    document = read_document(JOB.read_bytes(), JOB.name)
    assert document.title == "AMETIJUHEND"
    assert [each.heading for each in document.passages] == [
        "AMETIJUHEND",
        "1. Üldosa",
        "2. Peamised teenistusülesanded ja oodatavad tulemused",
        "3. Teenistuskoha täitjale esitatavad nõuded",
        "4. Teenistuja õigused",
        "5. Teenistuja vastutus",
    ]
    assert document.not_understood == ()
    duties = document.passages[2].blocks[0]
    assert isinstance(duties, Text)
    for number in range(1, 13):
        assert f"<p>2.{number}. " in duties.html
    assert duties.html.count("<p>Oodatav tulemus: ") == 12
    assert "ülesannete lahendamine vastavalt korraldustele" in duties.html


@pytest.fixture(scope="module")
def act_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The act in three formats."""
    folder = tmp_path_factory.mktemp("acts")
    files = {"md": ACT}
    for ending in ("docx", "odt"):
        files[ending] = folder / f"avts.{ending}"
        pypandoc.convert_file(
            str(ACT), ending, format="markdown-fancy_lists-smart", outputfile=str(files[ending]), sandbox=True
        )
    return files


@pytest.mark.parametrize("ending", ["md", "docx", "odt"])
def test_an_act_loses_no_word_and_each_section_is_a_passage(act_files: dict[str, Path], ending: str) -> None:
    path = act_files[ending]
    document = read_document(path.read_bytes(), path.name)
    assert document.title == "Avaliku teabe seadus"
    sections = [each for each in document.passages if each.heading.startswith("§ ")]
    assert len(sections) == ACT.read_text().count("\n##### §")
    assert {each.where for each in document.not_understood} <= {Where.METADATA, Where.FOOTER}
    _, _, body = ACT.read_text().split("---\n", 2)
    expected = Counter(words(body.replace("<sup>", "").replace("</sup>", "").replace("*", "")))
    held = Counter(word for piece in (document.title, *draft_pieces(document.passages)) for word in words(piece))
    assert not expected - held
