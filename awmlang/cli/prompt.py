"""``awmc prompt``: what a language model must know to write specs."""

from __future__ import annotations

import click


@click.command()
def prompt() -> None:
    """Print the language in brief, to put before a model that is to write specs."""
    from awmlang.synthesis.card import card

    click.echo(card(), nl=False)
