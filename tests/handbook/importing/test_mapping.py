"""What an author gets from a file: title, passages, blocks, and what is set aside with its place."""

from tests.handbook.importing import builders as b

from metoodik.handbook.content import Checklist, Passage, Steps, Table, Text
from metoodik.handbook.importing import ImportedDocument, Where, read_document, source_anchor


def markup(passage: Passage) -> str:
    """The running text of a passage."""
    return "".join(block.html for block in passage.blocks if isinstance(block, Text))


def leftovers(document: ImportedDocument) -> dict[Where, str]:
    return {each.where: each.text for each in document.not_understood}


def test_a_word_file_becomes_passages_with_their_blocks() -> None:
    body = (
        b.heading("Kõne avamine")
        + b.paragraph(b.run("Enne kõnet"))
        + b.heading("Kuula", 2)
        + b.listed("Tervita", 1)
        + b.listed("Küsi", 1)
        + b.heading("Numbrid", 2)
        + b.docx_table([["Kes", "Number"], ["Häirekeskus", "112"]])
    )
    document = read_document(b.docx(body), "juhend.docx")
    assert document.title == "Kõne avamine"
    assert [each.heading for each in document.passages] == ["Kõne avamine", "Kuula", "Numbrid"]
    opening, listening, numbers = document.passages
    assert markup(opening) == "<p>Enne kõnet</p>"
    assert isinstance(listening.blocks[0], Steps)
    assert listening.blocks[0].items == ("Tervita", "Küsi")
    assert isinstance(numbers.blocks[0], Table)
    assert numbers.blocks[0].header == ("Kes", "Number")
    assert numbers.blocks[0].rows == (("Häirekeskus", "112"),)
    assert document.not_understood == ()


def test_insertions_are_in_the_draft_and_deletions_comments_and_margins_in_the_list() -> None:
    body = (
        b.heading("Oht")
        + b.paragraph(b.run("Helista ") + b.deleted("hiljem") + b.inserted("kohe"))
        + b.paragraph(b.comment_mark(1, "Hinda riski"))
        + b.paragraph(b.run("Salasõna", "<w:vanish/>") + b.run("Ära ") + b.run("jäta üksi", "<w:strike/>"))
        + b.paragraph(b.picture("Kaks inimest") + b.run("Pilt"))
    )
    data = b.docx(body, comments=["Kas see on õige?"], header="Ametkondlik", footer="Mustand")
    document = read_document(data, "juhend.docx")
    assert markup(document.passages[0]).startswith("<p>Helista kohe</p><p>Hinda riski</p>")
    left = leftovers(document)
    assert left[Where.DELETION] == "hiljem"
    assert left[Where.COMMENT] == "Kas see on õige?"
    assert left[Where.HIDDEN] == "Salasõna"
    assert left[Where.IMAGE] == "Kaks inimest"
    assert left[Where.HEADER] == "Ametkondlik"
    assert left[Where.FOOTER] == "Mustand"
    assert any("jäta üksi" in each.text for each in document.not_understood)
    comment = next(each for each in document.not_understood if each.where is Where.COMMENT)
    assert comment.context == "Hinda riski"


def test_footnotes_follow_their_passage() -> None:
    body = b.heading("Alus") + b.paragraph(b.run("Kohustus") + b.footnote_mark(1)) + b.heading("Muu", 2)
    document = read_document(b.docx(body, footnotes=["Lastekaitseseadus § 27"]), "juhend.docx")
    assert markup(document.passages[0]) == "<p>Kohustus[1]</p><p>[1] Lastekaitseseadus § 27</p>"


def test_boxes_to_tick_become_a_checklist() -> None:
    for data, name in ((b"- [ ] kuula\n- [x] kysi\n", "a.md"), ("☐ kuula\n☑ kysi\n".encode(), "a.txt")):
        (block,) = read_document(data, name).passages[0].blocks
        assert isinstance(block, Checklist)
        assert block.items == ("kuula", "kysi")


def test_clauses_of_an_act_keep_their_numbers_in_markdown() -> None:
    data = "# Seadus\n\n##### § 3<sup>1</sup>. Alus\n\n1) üks;\n\n2<sup>1</sup>) vahepealne;\n\n3) kolmas.\n".encode()
    (passage,) = read_document(data, "seadus.md").passages
    assert passage.heading == "§ 3¹. Alus"
    assert markup(passage) == "<p>1) üks;</p><p>2¹) vahepealne;</p><p>3) kolmas.</p>"


def test_a_list_that_goes_on_keeps_its_numbers() -> None:
    data = "1. kuula\n2. küsi\n\nVahele\n\n3. suuna\n4. lõpeta\n".encode()
    steps, text = read_document(data, "a.md").passages[0].blocks
    assert isinstance(steps, Steps)
    assert isinstance(text, Text)
    assert text.html == "<p>Vahele</p><p>3. suuna</p><p>4. lõpeta</p>"


def test_a_heading_without_text_leads_the_passage_under_it() -> None:
    data = "# Seadus\n\n## 1. peatükk\n\n### § 1. Eesmärk\n\nTekst\n".encode()
    (passage,) = read_document(data, "a.md").passages
    assert (passage.heading, markup(passage)) == ("§ 1. Eesmärk", "<p><b>1. peatükk</b></p><p>Tekst</p>")


def test_bold_lines_are_headings_where_a_file_has_no_others() -> None:
    body = b.paragraph(b.run("Kõne algus", "<w:b/>")) + b.paragraph(b.run("Tervita.")) + b.paragraph(b.run("Lõpp."))
    document = read_document(b.docx(body), "juhend.docx")
    assert [each.heading for each in document.passages] == ["Kõne algus"]


def test_only_web_mail_and_telephone_links_stay_links() -> None:
    page = (
        '<h1>Abi</h1><p><a href="tel:116006">116 006</a> <a href="https://www.palunabi.ee/">Palun abi</a> '
        '<a href="javascript:x()">kuri</a> <a href="/leht">sees</a></p>'
    )
    text = markup(read_document(page.encode(), "a.html").passages[0])
    assert '<a href="tel:116006">116 006</a>' in text
    assert text.count("<a ") == 2
    assert "kuri sees" in text


def test_nothing_that_runs_or_loads_reaches_draft_or_preview() -> None:
    page = (
        "<h1>Abi</h1><script>alert(1)</script><style>p{}</style><iframe src='//naidis.ee'></iframe>"
        "<img src='https://naidis.ee/jalg.gif' onerror='alert(1)' alt='pilt'>"
        "<p onclick='alert(1)' style='x'>Tere &lt;b&gt;</p>"
        "<svg onload='alert(1)'></svg><object data='x'></object><form action='//x'><input name='q'></form>"
    )
    document = read_document(page.encode(), "a.html")
    everything = document.source_html + "".join(map(markup, document.passages))
    for sign in (
        "script",
        "alert",
        "onclick",
        "onerror",
        "onload",
        "iframe",
        "naidis.ee",
        "<img",
        "style",
        "<form",
        "<b>",
    ):
        assert sign not in everything
    assert "Tere &lt;b&gt;" in everything


def test_the_preview_carries_the_anchor_of_every_passage_and_block_from_the_file() -> None:
    body = (
        b.heading("Oht") + b.paragraph(b.deleted("hiljem") + b.inserted("kohe")) + b.listed("a", 1) + b.listed("b", 1)
    )
    document = read_document(b.docx(body), "juhend.docx")
    for passage in document.passages:
        for key in (passage.key, *(block.key for block in passage.blocks)):
            assert document.source_html.count(f'id="{source_anchor(key)}"') == 1
    assert "<del>hiljem</del>" in document.source_html
    assert "<ins>kohe</ins>" in document.source_html


def test_old_code_pages_are_read() -> None:
    estonian = read_document("Küsi otse, ära kõhkle šokis".encode("cp1257"), "a.txt")
    russian = read_document("Звоните по номеру помощи".encode("cp1251"), "a.txt")
    assert markup(estonian.passages[0]) == "<p>Küsi otse, ära kõhkle šokis</p>"
    assert markup(russian.passages[0]) == "<p>Звоните по номеру помощи</p>"
