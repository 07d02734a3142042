"""Whatever a file is made of, each of its words is in the draft or listed as not understood."""

import random
import re
from collections import Counter
from collections.abc import Callable
from html import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.handbook.importing import builders as b

from metoodik.handbook.content import Steps, block_to_data
from metoodik.handbook.importing import (
    DocumentRefused,
    Format,
    ImportedDocument,
    Where,
    draft_pieces,
    read_document,
    words,
    words_in_file,
)

FEW = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SAMPLE = (
    "kriis õhtu öö ämblik ülevaade šokk žest nõustaja ei on ja 112 116 OHT Kuula küsi помощь ребёнок ЁЖ звоните call "
    "safe teavitus- „tere“ 3. a/b e\u0301t so\u0303na pe\u00adhme kõva\u00a0tühik x1 § <b> & *tärn* #märk _alla_ ☐ 2)"
)
TEXT = st.lists(st.sampled_from(SAMPLE.split(" ")), min_size=1, max_size=7).map(" ".join)
type File = tuple[bytes, list[str]]


def held_words(document: ImportedDocument) -> Counter[str]:
    """The words a person can find again: in the draft, behind its links, as numbers of steps, or in the list."""
    held = Counter(word for piece in (document.title, *draft_pieces(document.passages)) for word in words(piece))
    for passage in document.passages:
        for block in passage.blocks:
            for target in re.findall(r'href="([^"]*)"', str(block_to_data(block))):
                held.update(words(target))
            if isinstance(block, Steps):
                held.update(str(number) for number in range(1, len(block.items) + 1))
    for leftover in document.not_understood:
        held.update(words(leftover.text) * leftover.times)
    return held


def assert_nothing_lost(document: ImportedDocument, file: File) -> None:
    """Neither what the independent reader finds is missing, nor what the test itself put into the file."""
    data, texts = file
    held = held_words(document)
    found = Counter(word for chunk in words_in_file(data, document.format) for word in words(chunk.text))
    assert not found - held
    assert not Counter(word for text in texts for word in words(text)) - held


WORD_PIECES: list[Callable[[str, str], str]] = [
    lambda one, two: b.heading(one, 1) + b.paragraph(b.run(two)),
    lambda one, two: b.heading(one, 3) + b.heading(two, 4),
    lambda one, two: b.paragraph(b.run(one), "Title") + b.paragraph(b.run(two)),
    lambda one, two: b.listed(one, 1) + b.listed(two, 1, 1),
    lambda one, two: b.listed(one, 2) + b.listed(two, 1, 2),
    lambda one, two: b.docx_table([[one, two]]),
    lambda one, two: b.docx_table([[one], [two]]),
    lambda one, two: b.paragraph(b.inserted(one) + b.deleted(two)),
    lambda one, two: b.paragraph(b.run(one) + b.text_box(two)),
    lambda one, two: b.paragraph(b.run(one) + b.picture(two)),
    lambda one, two: b.paragraph(b.run(one + " ", "<w:vanish/>") + b.run(two, "<w:b/>")),
    lambda one, two: b.paragraph(b.run(one + " ", "<w:strike/>") + b.run(two, "<w:i/>")),
    lambda one, two: b.paragraph(b.run(one + " ") + b.run(two, '<w:vertAlign w:val="superscript"/>')),
]


@st.composite
def docx_files(draw: st.DrawFn) -> File:
    """A Word file of everything at once, in any order."""
    notes, comments = draw(st.lists(TEXT, max_size=2)), draw(st.lists(TEXT, max_size=2))
    texts = ["Algus", *notes, *comments]
    pieces = [b.paragraph(b.run("Algus"))]
    pieces += [b.paragraph(b.run("Märge") + b.footnote_mark(number)) for number in range(1, len(notes) + 1)]
    pieces += [b.paragraph(b.comment_mark(number, "Koht")) for number in range(1, len(comments) + 1)]
    for _ in range(draw(st.integers(1, 8))):
        one, two = draw(TEXT), draw(TEXT)
        pieces.append(draw(st.sampled_from(WORD_PIECES))(one, two))
        texts += [one, two]
    header, footer = draw(TEXT), draw(TEXT)
    body = "".join(draw(st.permutations(pieces)))
    data = b.docx(body, footnotes=notes, comments=comments, header=header, footer=footer)
    return data, [*texts, header, footer]


@given(docx_files())
@FEW
def test_no_word_of_a_word_file_is_lost(file: File) -> None:
    assert_nothing_lost(read_document(file[0], "juhend.docx"), file)


NOTE = "<text:note><text:note-citation>1</text:note-citation><text:note-body>{}</text:note-body></text:note>"
ITEM = "<text:list><text:list-item><text:p>{}</text:p>{}</text:list-item></text:list>"
CELL = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
REGION = '<text:changed-region text:id="c"><text:deletion><text:p>{}</text:p></text:deletion></text:changed-region>'
ODT_PIECES = [
    '<text:h text:outline-level="2">{}</text:h><text:p>{}</text:p>',
    "<text:p>{}" + NOTE.format("<text:p>{}</text:p>") + "</text:p>",
    "<text:p>{}<office:annotation><dc:creator>X</dc:creator><text:p>{}</text:p></office:annotation></text:p>",
    ITEM.format("{}", ITEM.format("{}", "")),
    "<text:p>{}<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame></text:p>",
    f"<table:table><table:table-row>{CELL}{CELL}</table:table-row></table:table>",
    '<text:p text:style-name="Title">{}</text:p><text:p>ja<text:tab/>{}</text:p>',
    '<text:p>{}<draw:frame><draw:image xlink:href="Pictures/1.png"/><svg:title>{}</svg:title></draw:frame></text:p>',
    f"<text:tracked-changes>{REGION}</text:tracked-changes><text:p>{{}}</text:p>",
]
HTML_PIECES = [
    "<h2>{}</h2><p>{}",
    "<p onclick='x()'>{} <b>{}</b></p>",
    "<ul><li>{}<ol><li>{}</ol></ul>",
    "<table><tr><th>{}<th>b<tr><td colspan=2>{}</table>",
    '<p>{}<img src="https://naidis.ee/p.png" alt="{}"></p>',
    "<div hidden>{}</div><div>{}</div>",
    "<script>peita()</script><style>p {{}}</style><p>{}</p><!-- {} -->",
    '<p><a href="javascript:x">{}</a> <a href="https://naidis.ee/">{}</a></p>',
    "<blockquote><p>{}</p></blockquote><p>ja <s>{}</s></p>",
    '<p title="{}">ja</p><form><textarea>{}</textarea></form>',
    "<dl><dt>{}<dd>{}</dl>",
    "<iframe src='//naidis.ee'></iframe><button>{}</button><p style='display:none'>{}</p>",
]
MARKDOWN_PIECES = [
    "## {}\n\n{}\n\n",
    "- {}\n- {}\n  - sees\n\n",
    "1. {}\n2. {}\n\n",
    "1) {}\n\n2<sup>1</sup>) {}\n\n",
    "| {} | b |\n|---|---|\n| {} | d |\n\n",
    "{}[^1] ja\n{}\n\n[^1]: Märge\n\n",
    "- [ ] {}\n- [x] {}\n\n",
    "> {}\n\n**ja** ![{}](pilt.png)\n\n",
    "[{}](https://naidis.ee/leht) <div>{}</div>\n\n",
    "<div>{}</div>\n\n3. {}\n\n",
]


@st.composite
def marked_up(draw: st.DrawFn, pieces: list[str]) -> tuple[str, list[str]]:
    """A body of such pieces and the texts in it."""
    texts = ["Algus", "sisu"]
    body = pieces[0].format(*texts)
    for _ in range(draw(st.integers(1, 8))):
        pair = [draw(TEXT), draw(TEXT)]
        body += draw(st.sampled_from(pieces)).format(*map(escape, pair))
        texts += pair
    return body, texts


@given(marked_up(ODT_PIECES), TEXT)
@FEW
def test_no_word_of_an_odt_file_is_lost(body: tuple[str, list[str]], header: str) -> None:
    data = b.odt(body[0], header=header)
    assert_nothing_lost(read_document(data, "juhend.odt"), (data, [*body[1], header]))


@given(marked_up(HTML_PIECES), TEXT)
@FEW
def test_no_word_of_a_web_page_is_lost(body: tuple[str, list[str]], title: str) -> None:
    head = f"<!doctype html><html><head><title>{escape(title)}</title></head>"
    data = f"{head}<body>{body[0]}</body></html>".encode()
    assert_nothing_lost(read_document(data, "juhend.html"), (data, body[1]))


@given(marked_up(MARKDOWN_PIECES))
@FEW
def test_no_word_of_a_markdown_file_is_lost(body: tuple[str, list[str]]) -> None:
    data = body[0].encode()
    assert_nothing_lost(read_document(data, "juhend.md"), (data, []))


GAPS = ["\n\n", "\n\n\n", "\n", "\n\f", "\n\n7\n\f", "\r\n\r\n"]


@given(st.lists(TEXT, min_size=1, max_size=8), st.sampled_from(GAPS))
@settings(parent=FEW, max_examples=100)
def test_no_word_of_a_text_file_is_lost(lines: list[str], gap: str) -> None:
    data = gap.join(["Algus", *lines]).encode()
    assert_nothing_lost(read_document(data, "juhend.txt"), (data, lines))


@given(docx_files(), st.randoms(use_true_random=False))
@settings(parent=FEW, max_examples=40)
def test_a_damaged_file_is_refused_or_read_but_never_fails(file: File, chance: random.Random) -> None:
    damaged = bytearray(file[0])
    for _ in range(chance.randint(1, 12)):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    if chance.random() < 0.5:
        damaged = damaged[: chance.randint(0, len(damaged))]
    for name in ("juhend.docx", "juhend"):
        try:
            document = read_document(bytes(damaged), name)
        except DocumentRefused:
            continue
        assert_nothing_lost(document, (bytes(damaged), []))


@given(docx_files(), st.sampled_from(["document", "footnotes", "styles", "numbering"]), st.data())
@settings(parent=FEW, max_examples=40)
def test_damaged_content_inside_a_sound_zip_never_fails(file: File, part: str, data: st.DataObject) -> None:
    content = bytearray(b.parts(file[0])[f"word/{part}.xml"])
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.sampled_from(b'<>/"x: &'))
    damaged = b.docx("", extra={**b.parts(file[0]), f"word/{part}.xml": bytes(content)})
    try:
        document = read_document(damaged, "juhend.docx")
    except DocumentRefused:
        return
    assert_nothing_lost(document, (damaged, []))


@given(docx_files())
@settings(parent=FEW, max_examples=5)
def test_the_same_file_gives_the_same_draft(file: File) -> None:
    def read() -> ImportedDocument:
        keys = (f"key-{number}" for number in range(10_000))
        return read_document(file[0], "juhend.docx", new_key=lambda: next(keys))

    assert read() == read()


def test_text_boxes_and_alternative_drawings_are_counted_once() -> None:
    data = b.docx(b.paragraph(b.run("Enne") + b.text_box("Kastis seisab see")))
    found = [chunk for chunk in words_in_file(data, Format.DOCX) if chunk.where is Where.TEXT_BOX]
    assert [chunk.text for chunk in found] == ["Kastis seisab see"]


def test_field_codes_are_no_words_but_their_results_are() -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF salajane \\h </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{b.run("tulemus")}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    data = b.docx(b.paragraph(field))
    assert [chunk.text for chunk in words_in_file(data, Format.DOCX)] == ["tulemus"]


def test_a_heading_that_repeats_the_title_is_kept() -> None:
    """A bare heading may be left out only when the title was taken from it, and only once."""
    shelf = b.heading("kriis", 3) + b.heading("kriis", 4)
    document = read_document(b.docx(shelf + b.paragraph(b.run("Algus")) + shelf), "juhend.docx")

    assert held_words(document)["kriis"] >= 4
