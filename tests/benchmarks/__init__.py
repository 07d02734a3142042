"""Measures: they print figures and assert nothing about time. `uv run python -m tests.benchmarks` writes them down."""
