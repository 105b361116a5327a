"""Where the rows of the seed data come from: data blocks, and data files in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from awmlang.diagnostics import NOWHERE, Diagnostic, Span
from awmlang.diagnostics.codes import BAD_COLUMN, BAD_FILE
from awmlang.diagnostics.spelling import nearest
from awmlang.lowering.files import SUFFIXES, FileError, FileRow, inside, read_rows
from awmlang.lowering.names import table_name
from awmlang.lowering.rules import numbers_itself
from awmlang.semantics.describe import words
from awmlang.semantics.model import Block, DataBlock, Entity, Expression, FileBlock, GenerateBlock, Model
from awmlang.semantics.types import Optional

LABEL = "label"  # the column of a data file that names its rows


@dataclass(slots=True, eq=False)
class Given:
    """A row before it has a key: ``values`` of a data block, or ``cells`` of a file.

    ``place`` says where in a file it stands; then ``span`` is that of the declaration.
    """

    entity: Entity
    label: str | None
    span: Span
    place: str | None
    values: Mapping[str, Expression]
    cells: Mapping[str, Any]
    key: int | str | None = None

    def span_of(self, name: str) -> Span:
        """Where the value of a field stands, or the row if it has none of its own."""
        return self.values[name].span if name in self.values else self.span

    def located(self, message: str, name: str | None = None) -> str:
        """The message, after the place in a file that it is about."""
        if self.place is None:
            return message
        column = f", column `{name}`" if name in self.cells else ""
        return f"{self.place}{column}: {message}"


@dataclass(slots=True, eq=False)
class Batch:
    """The rows of a data block or file; those of a generate block come when it is run.

    ``first``: the number that the rows of a generate block begin with, if they have been kept for it.
    """

    block: Block
    rows: list[Given] = field(default_factory=list)
    first: int | None = None


@dataclass(slots=True)
class Sources:
    """``files``: the content of every data file read, by the path people know it by."""

    batches: list[Batch]
    files: dict[str, bytes]
    diagnostics: list[Diagnostic]


def read_sources(model: Model, folder: Path, data: Path | None) -> Sources:
    """The blocks of the model in order; a file of the folder ``data`` stands in for all blocks of its entity."""
    sources = Sources([], {}, [] if data is None else list(_strays(model, data)))
    for block, root in _blocks(model, folder, data):
        match block:
            case DataBlock(entity=entity, rows=rows):
                given = [Given(entity, row.label, row.span, None, row.values, {}) for row in rows]
                sources.batches.append(Batch(block, given))
            case FileBlock():
                sources.batches.append(Batch(block, list(_file_rows(sources, block, root))))
            case GenerateBlock():
                sources.batches.append(Batch(block))
    return sources


def _blocks(model: Model, folder: Path, data: Path | None) -> Iterator[tuple[Block, Path]]:
    """Each block with the folder that the path of its file is relative to."""
    files = _replacements(model, data) if data is not None else {}
    placed = set()
    for block in model.blocks:
        name = block.entity.name
        if data is None or name not in files:
            yield block, folder
        elif name not in placed:
            placed.add(name)
            yield FileBlock(block.entity, files[name], block.span), data
    for name, path in files.items():
        if data is not None and name not in placed:
            entity = model.entities[name]
            yield FileBlock(entity, path, entity.span), data


def _replacements(model: Model, data: Path) -> dict[str, str]:
    """The file of each entity that the folder has one of, named by its table."""
    names = {name: [file for file in _named(name) if (data / file).is_file()] for name in model.entities}
    return {name: found[0] for name, found in names.items() if found}


def _named(entity: str) -> list[str]:
    """The files that rows of an entity could be in, the one that is read if there are several first."""
    return [f"{table_name(entity)}{suffix}" for suffix in SUFFIXES]


def _strays(model: Model, data: Path) -> Iterator[Diagnostic]:
    """The data files of the folder that no entity's rows are read from."""
    read = _replacements(model, data)
    known = {file: name for name in model.entities for file in _named(name)}
    for path in sorted(data.iterdir()):
        is_data = path.suffix.lower() in SUFFIXES and path.is_file() and not path.name.startswith(".")
        if not is_data or path.name in read.values():
            continue
        shown = f"`{path.name.encode('utf-8', 'replace').decode()}`"
        if path.name in known:
            other = read[known[path.name]]
            message, help = f"{shown} is not read: `{other}` is there too.", "Keep one of the two."
        else:
            message = f"{shown} is named like no entity."
            near = nearest(path.stem, [*map(table_name, model.entities), *model.entities])
            help = (
                f"Did you mean `{table_name(near)}{path.suffix.lower()}`?"
                if near
                else (f"There is {words([table_name(name) for name in model.entities], 'and')}.")
            )
        yield Diagnostic(BAD_FILE, NOWHERE, message, help=help)


def _file_rows(sources: Sources, block: FileBlock, folder: Path) -> Iterator[Given]:
    entity = block.entity
    try:
        path = inside(folder, block.path)
        sources.files[block.path] = content = path.read_bytes()
        rows = read_rows(path, content)
    except (FileError, OSError) as error:
        problem = error.strerror if isinstance(error, OSError) else error
        sources.diagnostics.append(
            Diagnostic(BAD_FILE, block.span, f"`{block.path}` cannot be read: {problem}.")
        )
        return
    for problem in _column_problems(entity, rows):
        sources.diagnostics.append(Diagnostic(BAD_COLUMN, block.span, f"`{block.path}` {problem}"))
    own_label = LABEL in entity.fields
    for row in rows:
        cells = {name: cell for name, cell in row.cells.items() if name in entity.fields}
        label = None if own_label else row.cells.get(LABEL)
        place = f"`{block.path}`, {row.place}"
        yield Given(entity, None if label is None else str(label), block.span, place, {}, cells)


def _column_problems(entity: Entity, rows: list[FileRow]) -> Iterator[str]:
    """What the columns of the file have against the entity; those of JSON may differ from row to row."""
    known = {*entity.fields, LABEL}
    for name in dict.fromkeys(name for row in rows for name in row.cells if name not in known):
        yield f"has a column `{name}`, but {entity.name} stores no such field."
    for name, made in entity.fields.items():
        left_out = not isinstance(made.type, Optional) and made.default is None and made.serial is None
        if left_out and not numbers_itself(made):
            row = next((row for row in rows if name not in row.cells), None)
            if row is not None:
                yield f"has no `{name}` in {row.place}, which every {entity.name} needs."
