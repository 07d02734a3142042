"""Screens of the editions: reading, search, the past, making an edition, and acting at once."""
