"""What a batch is to paint: the rows of a CSV file, or the pairs in a folder."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from overpaint.errors import InputError
from overpaint.files import FORMATS
from overpaint.request import PaintRequest, field_of

__all__ = ["Item", "read_items"]

# `photo.png` goes with `photo-mask.png`, `photo_mask.png` or `photo.mask.png`.
MASK_ENDINGS = ("-mask", "_mask", ".mask")
LARGEST_LIST = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Item:
    """One picture to paint.

    Attributes:
        name: of its result, without a suffix.
        image: the picture.
        mask: what to paint of it; None to grow it.
        fields: of its request, by any of their names; they beat the batch's own.
        place: the list and the line it is from; "" from a folder.
    """

    name: str
    image: Path
    mask: Path | None
    fields: Mapping[str, str] = field(default_factory=dict)
    place: str = ""

    def asked(self, request: PaintRequest) -> PaintRequest:
        """Its request: the batch's, changed by its own fields.

        Raises:
            InputError: a field or value that is not taken; the list's line and column are named.
        """
        try:
            return request.changed(**self.fields)
        except InputError as error:
            names = (name for name in self.fields if field_of(name) == error.field)
            column = next(names, error.field)
            if not self.place or column not in self.fields:
                raise
            said = error.message.removeprefix(f"`{error.field}` ")
            raise InputError(
                f"{self.place}, column `{column}`: {said}", hint=error.hint, field=error.field
            ) from error


def read_items(source: Path) -> list[Item]:
    """Read a list or a folder.

    A CSV file has the columns `image`, `mask`, `output` and any of a request's; paths in it are
    relative to it. In a folder, `photo.png` goes with `photo-mask.png`;
    or the pictures are in `images` and the masks, of the same names, in `masks`.

    Raises:
        InputError: it can't be read, is empty, or names a file that is not there.
    """
    items = list(_in_folder(source) if source.is_dir() else _in_list(source))
    if not items:
        raise InputError(
            f"There is nothing to paint in {source}.",
            hint="A folder holds photo.png beside photo-mask.png; a CSV file begins with a line"
            " `image,mask`.",
        )
    _insist_on_names(items)
    return items


def _in_folder(folder: Path) -> Iterator[Item]:
    images, masks = folder / "images", folder / "masks"
    if images.is_dir() and masks.is_dir():
        by_name = {path.stem: path for path in _pictures(masks)}
        for image in _pictures(images):
            if image.stem not in by_name:
                raise InputError(f"{image} has no mask of its name in {masks}.")
            yield Item(image.stem, image, by_name[image.stem])
        return
    by_name = {path.stem: path for path in _pictures(folder)}
    for name, image in by_name.items():
        if name.endswith(MASK_ENDINGS):
            continue
        mask = next((by_name[name + end] for end in MASK_ENDINGS if name + end in by_name), None)
        if mask is None:
            raise InputError(f"{image} has no mask beside it, such as {name}-mask.png.")
        yield Item(name, image, mask)


def _pictures(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.suffix.casefold() in FORMATS]


def _in_list(path: Path) -> Iterator[Item]:
    for number, row in enumerate(_rows(path), start=2):
        fields = {name.strip(): text for name, text in row.items() if name and (text or "").strip()}
        image = fields.pop("image", "")
        if not image:
            raise InputError(f"{path}, line {number}: there is no image.", field="image")
        if None in row:
            raise InputError(f"{path}, line {number}: it has more columns than the first line.")
        mask, output = fields.pop("mask", ""), fields.pop("output", "")
        yield Item(
            Path(output or image).stem,
            _there(path, number, image),
            _there(path, number, mask) if mask else None,
            fields,
            f"{path}, line {number}",
        )


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        if path.stat().st_size > LARGEST_LIST:
            raise InputError(f"{path} is too large for a list of pictures.")
        # Spreadsheets write a mark at the beginning.
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        why = (error.strerror or str(error)).casefold()
        raise InputError(f"{path} can't be read: {why}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is not a CSV file in UTF-8: {error}.") from error


def _there(source: Path, number: int, name: str) -> Path:
    path = source.parent / name.strip()
    if not path.is_file():
        raise InputError(f"{source}, line {number}: there is no file {path}.")
    return path


def _insist_on_names(items: Iterable[Item]) -> None:
    """Two results of one name would overwrite each other."""
    seen: dict[str, Item] = {}
    for item in items:
        other = seen.setdefault(item.name.casefold(), item)
        if other is not item:
            raise InputError(
                f"{other.image} and {item.image} would both become {item.name}.",
                hint="Give them names in a column `output`.",
            )
