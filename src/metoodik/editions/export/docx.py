"""A document as DOCX: pandoc turns our HTML into Word's own headings, lists and tables; the rest is put in here.

pandoc (already here for imports) is chosen over writing each paragraph by hand: headings, nested lists, notes, tables
and links come out as a word processor's own, and what our importer reads back is the same text. What it does not know
is added to its file: a contents list that is filled before anybody presses "update", running header and footer with
page numbers, header rows, the language, fonts that have Estonian and Russian letters.
"""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from datetime import UTC
from html import escape

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from metoodik.editions.export.document import Document, Format
from metoodik.editions.export.drawing import as_html, edition_line, running_mark
from metoodik.handbook.importing import converter

SECONDS = 300
FONT = "Liberation Sans"
_RIGHT_DOTS = '<w:tab w:val="right" w:leader="dot" w:pos="9400"/>'
STAMP = (1980, 1, 1, 0, 0, 0)
LANGUAGES = {"et": "et-EE", "ru": "ru-RU", "en": "en-GB"}
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"


class DocxFailed(RuntimeError):
    """pandoc did not write the file. Nothing of the document is in the message."""


def as_docx(document: Document) -> bytes:
    """The document as DOCX. Raises DocxFailed, and ConverterMissing when pandoc is not installed."""
    plain = _converted(document)
    with translation.override(document.language):
        return _finished(plain, document)


def _converted(document: Document) -> bytes:
    with translation.override(document.language):
        subtitle, depth = edition_line(document), 2 if len(document.sheets) > 1 else 1
        title_of_contents = _("Contents")
    given = {
        "title": document.title,
        "subtitle": subtitle,
        "lang": LANGUAGES[document.language],
        "toc-title": title_of_contents,
    }
    command = [
        converter.program(),
        "--sandbox",
        "--from=html",
        "--to=docx",
        "--output=-",
        "--toc",
        f"--toc-depth={depth}",
        "--shift-heading-level-by=-1",
        *(f"--metadata={name}={value}" for name, value in given.items()),
    ]
    html = as_html(document, Format.DOCX).encode()
    done = subprocess.run(command, input=html, capture_output=True, timeout=SECONDS, check=False)
    if done.returncode != 0:
        raise DocxFailed(f"pandoc ended with {done.returncode}")
    return done.stdout


def _finished(data: bytes, document: Document) -> bytes:
    """pandoc's file with our header, footer, contents, styles and language in it; the same bytes for the same text."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {each.filename: source.read(each.filename) for each in source.infolist()}
    main = parts["word/document.xml"].decode()
    parts["word/document.xml"] = _with_section(_with_contents(_with_rows(_PICTURE.sub('descr=""', main)))).encode()
    parts["word/styles.xml"] = _styled(parts["word/styles.xml"].decode(), LANGUAGES[document.language]).encode()
    parts["word/header9.xml"] = _header(document).encode()
    parts["word/footer9.xml"] = _footer(document).encode()
    parts["docProps/core.xml"] = _described(parts["docProps/core.xml"].decode(), document).encode()
    relations = parts["word/_rels/document.xml.rels"].decode()
    ours = "".join(
        f'<Relationship Id="rOur{name}" Type="{_RELATIONS}/{name}" Target="{name}9.xml"/>'
        for name in ("header", "footer")
    )
    parts["word/_rels/document.xml.rels"] = relations.replace("</Relationships>", f"{ours}</Relationships>").encode()
    types = parts["[Content_Types].xml"].decode()
    ours = "".join(
        f'<Override PartName="/word/{name}9.xml" ContentType="{_TYPES}.{name}+xml"/>' for name in ("header", "footer")
    )
    parts["[Content_Types].xml"] = types.replace("</Types>", f"{ours}</Types>").encode()
    return _zipped(parts)


def _described(core: str, document: Document) -> str:
    """What the file says of itself: who wrote it and when."""
    service = escape(settings.WAGTAIL_SITE_NAME, quote=False)
    core = re.sub(r"<dc:creator>.*?</dc:creator>|<dc:creator\s*/>", f"<dc:creator>{service}</dc:creator>", core)
    made = document.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return re.sub(r"(<dcterms:(?:created|modified) [^>]*>)[^<]*", rf"\g<1>{made}", core)


def _zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(zipfile.ZipInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


_PICTURE = re.compile(r'descr="data:[^"]*"')
_SECTION = re.compile(r"<w:sectPr\b[^>]*/>|<w:sectPr\b[^>]*>.*?</w:sectPr>", re.S)


def _with_section(main: str) -> str:
    """A4 with our header and footer on each sheet."""
    ours = (
        f'<w:sectPr xmlns:r="{_RELATIONS}"><w:headerReference w:type="default" r:id="rOurheader"/>'
        '<w:footerReference w:type="default" r:id="rOurfooter"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1361" w:right="1134" w:bottom="1247" w:left="1247"'
        ' w:header="567" w:footer="567" w:gutter="0"/>'
        "</w:sectPr>"
    )
    rest = _SECTION.sub("", main)
    return rest.replace("</w:body>", f"{ours}</w:body>")


_TABLE = re.compile(r"<w:tbl>.*?</w:tbl>", re.S)


def _with_rows(main: str) -> str:
    """Rows of tables are not torn apart between two sheets."""

    def marked(match: re.Match[str]) -> str:
        return (
            match[0]
            .replace("<w:tr>", "<w:tr><w:trPr><w:cantSplit/></w:trPr>")
            .replace("<w:trPr><w:cantSplit/></w:trPr><w:trPr>", "<w:trPr><w:cantSplit/>")
        )

    return _TABLE.sub(marked, main)


_HEADING = re.compile(
    r'<w:bookmarkStart [^>]*w:name="([^"]+)"\s*/>\s*<w:p><w:pPr><w:pStyle w:val="Heading([1-9])"\s*/>.*?</w:p>', re.S
)
_WORDS = re.compile(r"<w:t(?: [^>]*)?>(.*?)</w:t>", re.S)
_FIELD = re.compile(r"<w:p>(?:(?!</w:p>).)*?TOC \\o &quot;1-(\d)&quot;.*?</w:p>", re.S)


def _with_contents(main: str) -> str:
    """Lines in the contents list, so that it reads before a word processor has counted the pages."""
    field = _FIELD.search(main)
    if field is None:
        return main
    depth = field[1]
    lines = [
        _line(int(level), name, "".join(_WORDS.findall(whole)))
        for name, level, whole in _headings(main)
        if level <= depth
    ]
    if not lines:
        return main
    code = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">TOC '
        f'\\o &quot;1-{depth}&quot; \\h \\z \\u</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    lines[0] = lines[0].replace("</w:pPr>", f"</w:pPr>{code}", 1)
    end = '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    return main[: field.start()] + "".join(lines) + end + main[field.end() :]


def _headings(main: str) -> list[tuple[str, str, str]]:
    """(bookmark, level, XML) of each heading, in order."""
    return [(match[1], match[2], match[0]) for match in _HEADING.finditer(main)]


def _line(level: int, name: str, words: str) -> str:
    """A line of the contents list; `name` and `words` are as they stand in the file, escaped."""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="TOC{level}"/><w:tabs>{_RIGHT_DOTS}</w:tabs></w:pPr>'
        f'<w:hyperlink w:anchor="{name}"><w:r><w:t xml:space="preserve">{words}</w:t></w:r><w:r><w:tab/></w:r>'
        '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> PAGEREF {name} \\h </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        "</w:hyperlink></w:p>"
    )


def _styled(styles: str, language: str) -> str:
    """Our font in every style, dark headings, tables with lines, the document's language."""
    styles = re.sub(r"<w:rFonts\b[^>]*/>", f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>', styles)
    styles = re.sub(r'<w:color w:val="(?!auto)[^"]*"[^>]*/>', '<w:color w:val="111111"/>', styles)
    styles = re.sub(r"<w:lang\b[^>]*/>", f'<w:lang w:val="{language}" w:eastAsia="{language}" w:bidi="ar-SA"/>', styles)
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="555555"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    table = (
        '<w:style w:type="table" w:default="1" w:styleId="Table"><w:name w:val="Table"/><w:tblPr>'
        f"<w:tblBorders>{lines}</w:tblBorders><w:tblCellMar>"
        '<w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style>'
    )
    styles = re.sub(r'<w:style\b(?=[^>]*w:styleId="Table")[^>]*>.*?</w:style>', "", styles, flags=re.S)
    return styles.replace(
        "</w:styles>", f"{table}{_boxed('Hoiatus', 24)}{_boxed('Piirang', 4)}{_contents_styles()}</w:styles>"
    )


def _boxed(name: str, left: int) -> str:
    sides = {"top": 4, "left": left, "bottom": 4, "right": 4}
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="4" w:color="111111"/>' for side, size in sides.items()
    )
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="BodyText"/><w:qFormat/><w:pPr><w:pBdr>{lines}</w:pBdr></w:pPr></w:style>'
    )


def _contents_styles() -> str:
    return "".join(
        f'<w:style w:type="paragraph" w:styleId="TOC{level}"><w:name w:val="toc {level}"/><w:basedOn w:val="Normal"/>'
        f'<w:pPr><w:spacing w:after="60"/><w:ind w:left="{(level - 1) * 280}"/></w:pPr></w:style>'
        for level in (1, 2, 3)
    )


def _header(document: Document) -> str:
    mark = running_mark(document)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><w:hdr {_W}><w:p><w:pPr><w:tabs>'
        '<w:tab w:val="right" w:pos="9400"/></w:tabs></w:pPr>'
        f"{_run(document.title)}<w:r><w:tab/></w:r>{_run(mark, bold=True)}</w:p></w:hdr>"
    )


def _footer(document: Document) -> str:
    pages = pgettext("sheet of paper", "p.")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><w:ftr {_W}><w:p><w:pPr><w:tabs>'
        '<w:tab w:val="right" w:pos="9400"/></w:tabs></w:pPr>'
        f"{_run(edition_line(document))}<w:r><w:tab/></w:r>{_run(pages + ' ')}"
        f"{_field('PAGE')}{_run('/')}{_field('NUMPAGES')}"
        "</w:p></w:ftr>"
    )


def _run(words: str, *, bold: bool = False) -> str:
    weight = "<w:b/>" if bold else ""
    said = escape(words, quote=False)
    return f'<w:r><w:rPr>{weight}<w:sz w:val="17"/></w:rPr><w:t xml:space="preserve">{said}</w:t></w:r>'


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:rPr><w:sz w:val="17"/></w:rPr><w:t>1</w:t></w:r></w:fldSimple>'
