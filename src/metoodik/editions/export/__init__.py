"""Guidance as a document that leaves the house: values (`document`), drawn as HTML, written as PDF and DOCX."""
