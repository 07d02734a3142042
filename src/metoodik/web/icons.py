"""The few line drawings of the interface, made for it: 24 × 24, stroked with the colour of the text beside them."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

SHAPES: dict[str, str] = {
    "desk": '<path d="M3 9h18M5 9v10M19 9v10M13 9v5h6"/>',
    "book": '<path d="M12 6.5C10 5 7 4.5 4 4.5v13c3 0 6 .5 8 2 2-1.5 5-2 8-2v-13c-3 0-6 .5-8 2zM12 6.5v13"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5.5 5.5"/>',
    "pen": '<path d="m4 20 1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5"/>',
    "check": '<path d="m4.5 12.5 5 5 10-11"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
    "warning": '<path d="M12 4 2.5 20h19zM12 10v4.5M12 17.2v.3"/>',
    "phone": '<path d="M8.5 4H5c0 8.5 6.5 15 15 15v-3.5l-4-1.5-2 2c-2.5-1-4.5-3-5.5-5.5l2-2z"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 20c.6-4 3.7-6 8-6s7.4 2 8 6"/>',
    "people": (
        '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.5c.5-3.5 3-5.5 6.5-5.5s6 2 6.5 5.5'
        'M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 14.7c2 .8 3.2 2.4 3.5 4.8"/>'
    ),
    "link": (
        '<path d="M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3 3'
        'A4 4 0 0 0 11 18.7l1-1"/>'
    ),
    "more": '<path d="M5 12h.01M12 12h.01M19 12h.01"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "arrow": '<path d="M4 12h15M13.5 6.5 19 12l-5.5 5.5"/>',
    "back": '<path d="M20 12H5M10.5 6.5 5 12l5.5 5.5"/>',
    "down": '<path d="m6 9.5 6 6 6-6"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "minus": '<path d="M5 12h14"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.5v.3"/>',
    "lock": '<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
    "shelf": '<path d="M5 4v16M9.5 4v16M14 4.5l4.5 15M3 20h18"/>',
    "upload": '<path d="M12 16V4.5M7 9l5-5 5 5M4 16v4h16v-4"/>',
    "download": '<path d="M12 4v11.5M7 11l5 5 5-5M4 16v4h16v-4"/>',
    "edition": '<path d="M6 3.5h9l4 4v13H6zM14.5 3.5V8H19M9 13h7M9 16.5h5"/>',
    "shield": '<path d="M12 3.5 5 6v5.5c0 4.3 2.8 7.4 7 9 4.2-1.6 7-4.7 7-9V6z"/>',
    "language": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c-5 5-5 12 0 17M12 3.5c5 5 5 12 0 17"/>',
    "light": (
        '<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4'
        'M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"/>'
    ),
    "exit": '<path d="M14 4H5v16h9M10 12h10.5M16.5 8l4 4-4 4"/>',
    "speech": '<path d="M4 5h16v11h-9l-4.5 4v-4H4z"/>',
    "dot": '<circle cx="12" cy="12" r="4"/>',
    "ring": '<circle cx="12" cy="12" r="5"/>',
    "half": '<circle cx="12" cy="12" r="5.5"/><path d="M12 6.5v11" /><path d="M12 8.5v7M14 8v8M16 10v4"/>',
    "cross": '<path d="m7 7 10 10M17 7 7 17"/>',
    "dash": '<path d="M6 12h12"/>',
}
MARK = (
    '<path fill="currentColor" d="M4 3h24a1 1 0 0 1 1 1v18a1 1 0 0 1-1 1H14l-7 6.5V23H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z"'
    "/>"
    '<path class="paper" d="M9 18V8.5h2.2L16 14.5l4.8-6H23V18" fill="none" stroke="var(--sunken)" stroke-width="2.4" '
    'stroke-linejoin="round" stroke-linecap="round"/>'
)


def draw(name: str) -> SafeString:
    """The drawing called `name` as inline SVG, hidden from screen readers: words always stand beside it.

    Raises KeyError for an unknown name.
    """
    return _DRAWN[name]


_DRAWN: dict[str, SafeString] = {
    name: mark_safe(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{shape}</svg>')  # noqa: S308
    for name, shape in SHAPES.items()
}
_DRAWN["mark"] = mark_safe(f'<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">{MARK}</svg>')  # noqa: S308
