"""Files for import tests, built part by part from raw XML."""

import io
import zipfile
from collections.abc import Mapping
from html import escape

_W = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    }.items()
)
_O = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
        "xlink": "http://www.w3.org/1999/xlink",
        "dc": "http://purl.org/dc/elements/1.1/",
    }.items()
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_PARTS = ("footnotes", "comments", "header1", "footer1")


def archive(members: Mapping[str, str | bytes]) -> bytes:
    """A zip file of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(zipfile.ZipInfo(name), data, compress_type=zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a zip file."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def run(text: str, properties: str = "") -> str:
    """A DOCX run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(content: str, style: str = "", properties: str = "") -> str:
    """A DOCX paragraph around runs."""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{properties}</w:pPr>{content}</w:p>"


def heading(text: str, level: int = 1) -> str:
    """A DOCX heading."""
    return paragraph(run(text), f"Heading{level}")


def listed(text: str, numbering: int, level: int = 0) -> str:
    """A DOCX list item; numbering 1 is decimal, 2 a bullet."""
    number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{numbering}"/></w:numPr>'
    return paragraph(run(text), properties=number)


def deleted(text: str) -> str:
    """A tracked deletion."""
    return f'<w:del w:id="1" w:author="x"><w:r><w:delText>{escape(text)}</w:delText></w:r></w:del>'


def inserted(text: str) -> str:
    """A tracked insertion."""
    return f'<w:ins w:id="2" w:author="x">{run(text)}</w:ins>'


def text_box(text: str) -> str:
    """A text box as Word writes it, twice: once for new readers, once for old ones."""
    box = f"<w:txbxContent>{paragraph(run(text))}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:docPr id="7" name="Box"/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        f"<wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def picture(alt: str) -> str:
    """A picture with an alternative text."""
    words = escape(alt, quote=True)
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="3" name="Picture 1" descr="{words}"/><a:graphic><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="3" name="p.png" descr="{words}"/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rIdPic"/>'
        "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def footnote_mark(number: int) -> str:
    """The place in the text that a footnote belongs to."""
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def comment_mark(number: int, text: str) -> str:
    """Text that a comment is made on."""
    return (
        f'<w:commentRangeStart w:id="{number}"/>{run(text)}<w:commentRangeEnd w:id="{number}"/>'
        f'<w:r><w:commentReference w:id="{number}"/></w:r>'
    )


def docx_table(rows: list[list[str]]) -> str:
    """A DOCX table, its first row marked as header."""
    drawn = ""
    for index, row in enumerate(rows):
        mark = "<w:trPr><w:tblHeader/></w:trPr>" if index == 0 else ""
        drawn += f"<w:tr>{mark}{''.join(f'<w:tc>{paragraph(run(cell))}</w:tc>' for cell in row)}</w:tr>"
    return f'<w:tbl><w:tblPr><w:tblLook w:firstRow="1"/></w:tblPr>{drawn}</w:tbl>'


def docx(
    body: str,
    *,
    footnotes: list[str] | None = None,
    comments: list[str] | None = None,
    header: str = "",
    footer: str = "",
    extra: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A whole DOCX. Footnotes and comments are numbered from 1 in order."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": f"{_HEAD}<w:document {_W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(),
        "word/footnotes.xml": _notes("footnote", footnotes or []),
        "word/comments.xml": _notes("comment", comments or []),
        "word/header1.xml": f"{_HEAD}<w:hdr {_W}>{paragraph(run(header))}</w:hdr>",
        "word/footer1.xml": f"{_HEAD}<w:ftr {_W}>{paragraph(run(footer))}</w:ftr>",
        "word/media/p.png": b"\x89PNG",
    }
    targets = {f"rId{name}": (name.rstrip("1"), f"{name}.xml") for name in ("styles", "numbering", *_PARTS)}
    members["word/_rels/document.xml.rels"] = _relations({**targets, "rIdPic": ("image", "media/p.png")})
    return archive({**members, **(extra or {})})


def _notes(kind: str, texts: list[str]) -> str:
    inner = "".join(
        f'<w:{kind} w:id="{number}" w:author="x">{paragraph(run(text))}</w:{kind}>'
        for number, text in enumerate(texts, 1)
    )
    return f"{_HEAD}<w:{kind}s {_W}>{inner}</w:{kind}s>"


def _content_types() -> str:
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_MAIN}{kind}+xml"/>'
        for name, kind in (("document", "document.main"), ("styles", "styles"), ("footnotes", "footnotes"))
    )
    return (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{key}" Type="{_REL}/{kind}" Target="{target}"/>' for key, (kind, target) in targets.items()
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_HEAD}<Relationships xmlns="{space}">{inner}</Relationships>'


def _styles() -> str:
    names = {"Title": "Title", **{f"Heading{level}": f"heading {level}" for level in range(1, 5)}}
    inner = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in names.items()
    )
    return f"{_HEAD}<w:styles {_W}>{inner}</w:styles>"


def _numbering() -> str:
    kinds = {1: ("decimal", "%1."), 2: ("bullet", "•")}
    inner = ""
    for number, (kind, sign) in kinds.items():
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{sign}"/></w:lvl>'
            for level in range(3)
        )
        inner += f'<w:abstractNum w:abstractNumId="{number}">{levels}</w:abstractNum>'
    inner += "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in kinds)
    return f"{_HEAD}<w:numbering {_W}>{inner}</w:numbering>"


def odt(body: str, *, header: str = "", extra: Mapping[str, str | bytes] | None = None) -> bytes:
    """A whole ODT around the XML of its text."""
    content = f"<office:body><office:text>{body}</office:text></office:body>"
    margin = f"<style:header><text:p>{escape(header)}</text:p></style:header>" if header else ""
    masters = f'<office:master-styles><style:master-page style:name="Standard">{margin}</style:master-page>'
    styles = f"<office:styles/><office:automatic-styles/>{masters}</office:master-styles>"
    members: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"{_HEAD}<office:document-content {_O}>{content}</office:document-content>",
        "styles.xml": f"{_HEAD}<office:document-styles {_O}>{styles}</office:document-styles>",
        "META-INF/manifest.xml": f"{_HEAD}<manifest/>",
    }
    return archive({**members, **(extra or {})})
