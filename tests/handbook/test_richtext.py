"""Running text survives the way to the desk and back, and never carries what does not belong in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from metoodik.handbook.richtext import canonical, for_desk, page_links, plain

KEY = "0b8f5c1e-6d2a-4a4e-9f35-2f6f2b0c7d11"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<p>Küsi <strong>otse</strong>.</p>", "<p>Küsi <b>otse</b>.</p>"),
        ('<p data-block-key="x1">Küsi <em>otse</em>.</p>', "<p>Küsi <i>otse</i>.</p>"),
        ("lihtsalt sõnad", "<p>lihtsalt sõnad</p>"),
        ("<p></p><p> </p>", ""),
        ("<p>a</p>\n<ul>\n<li>b</li>\n</ul>", "<p>a</p><ul><li>b</li></ul>"),
        ('<p><a href="javascript:alert(1)">siia</a></p>', "<p>siia</p>"),
        ('<p onclick="x()">tekst<script>halb()</script></p>', "<p>tekst</p>"),
        ('<p><a href="https://www.riigiteataja.ee/?a=1&amp;b=2">RT</a></p>',) * 2,
        ("<p>&lt;b&gt; ei ole märgend</p>",) * 2,
        ("", ""),
    ],
)
def test_only_what_canonical_html_knows_is_left(written: str, expected: str) -> None:
    assert canonical(written) == expected


def test_a_chosen_page_becomes_a_link_by_key_and_a_lost_one_leaves_its_words() -> None:
    written = '<p><a linktype="page" id="7">oht</a> ja <a linktype="page" id="8">kadunu</a></p>'

    assert canonical(written, page_key={7: KEY}.get) == f'<p><a href="metoodik:page/{KEY}">oht</a> ja kadunu</p>'


def test_a_link_to_a_passage_goes_to_the_desk_and_back() -> None:
    link = f'<p><a href="metoodik:page/{KEY}#1234">oht</a></p>'

    assert for_desk(link) == f'<p><a href="/p/{KEY}/#1234">oht</a></p>'
    assert canonical(for_desk(link)) == link
    assert page_links(link) == [(KEY, "1234")]


def test_inline_text_joins_paragraphs() -> None:
    assert canonical("<p>üks</p><p>kaks</p>", inline=True) == "üks<br>kaks"


words = st.text(alphabet="aõäöüšžъя<>&\"' \u00a0-", min_size=0, max_size=30)
tags = st.sampled_from(["p", "b", "i", "ul", "li", "strong", "em", "div", "span", "h2", "blockquote", "u"])


@st.composite
def markup(draw: st.DrawFn, depth: int = 3) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 4))):
        text = draw(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if depth and draw(st.booleans()):
            tag = draw(tags)
            parts.append(f"<{tag}>{draw(markup(depth - 1))}</{tag}>")
        parts.append(text)
    return "".join(parts)


@given(markup())
def test_canonical_text_is_a_fixed_point(source: str) -> None:
    once = canonical(source)
    assert canonical(once) == once


@given(markup())
def test_no_word_is_lost_or_made(source: str) -> None:
    def letters(text: str) -> str:
        return re.sub(r"\s+", "", plain(text))

    bare = re.sub(r"</?(?:div|span|h2|blockquote|u|strong|em)>", "", source)
    assert letters(canonical(source)) == letters(bare)


@given(markup())
def test_nothing_but_known_tags_gets_through(source: str) -> None:
    written = canonical(source)
    assert set(re.findall(r"</?([a-z0-9]+)", written)) <= {"p", "ul", "ol", "li", "b", "i", "a", "br"}
    etree.fromstring(f"<x>{written.replace('<br>', '<br/>')}</x>")


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        (
            (
                '<p class="MsoNormal" style="mso-margin-top-alt:auto"><b style="mso-bidi-font-weight:normal">'
                '<span lang="ET" style="font-size:11.0pt">Helista <span style="mso-spacerun:yes">&nbsp;</span>112'
                "<o:p></o:p></span></b></p>"
            ),
            "<p><b>Helista 112</b></p>",
        ),
        (
            (
                "<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]--><xml><w:View>Normal</w:View></xml>"
                '<title>Dokument1</title><style>p.MsoNormal {mso-style-parent:"";}</style><p>Tekst</p>'
            ),
            "<p>Tekst</p>",
        ),
        (
            '<p>Mine <st1:place w:st="on"><st1:City>Tartusse</st1:City></st1:place> kohe.</p>',
            "<p>Mine Tartusse kohe.</p>",
        ),
        (
            (
                '<p style="mso-list:l0 level1 lfo1"><![if !supportLists]><span style="mso-list:Ignore">·'
                '<span>&nbsp;</span></span><![endif]>Kuula</p><p style="mso-list:l0 level1 lfo1">Küsi</p><p>Edasi</p>'
                '<p style="mso-list:l1 level1 lfo2"><span style="mso-list:Ignore">1.</span>Esimene</p>'
            ),
            "<ul><li>Kuula</li><li>Küsi</li></ul><p>Edasi</p><ol><li>Esimene</li></ol>",
        ),
        (
            (
                '<p>Tekst<span class="MsoCommentReference"><a class="msocomanchor" href="#_msocom_1">[AK1]</a></span>'
                "!</p>"
                '<div style="mso-element:comment-list"><p class="MsoCommentText">Kas see on õige?</p></div>'
            ),
            "<p>Tekst!</p>",
        ),
        ("<p><del>vana</del><ins>uus</ins></p>", "<p>uus</p>"),
        ("<p><font><span><span><span>sü\u00adga\u200bv</span></span></span></font></p>", "<p>sügav</p>"),
    ],
)
def test_text_pasted_from_word_keeps_its_words_and_nothing_of_word(pasted: str, expected: str) -> None:
    assert canonical(pasted) == expected
    assert canonical(canonical(pasted)) == expected
