"""Pictures of every kind that reaches an image program, a few pixels each."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageCms, ImageDraw

__all__ = ["bomb", "encoded", "samples"]


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:  # noqa: ANN401  Pillow's own
    """Encode a picture."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def samples() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each kind: modes, depths, shapes, profiles, and things renamed."""
    yield from _by_mode()
    yield from _by_shape()
    yield from _with_more_inside()
    yield from _deep()
    yield from _no_pictures()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is as large as that."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND")


def _photo(mode: str = "RGB", size: tuple[int, int] = (9, 7)) -> Image.Image:
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    ImageDraw.Draw(picture).rectangle((2, 2, 4, 4), fill=(200, 30, 90))
    return picture.convert(mode)


def _by_mode() -> Iterator[tuple[str, bytes]]:
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
        yield f"png {mode}", encoded(_photo(mode), "PNG")
    for mode in ("L", "RGB", "CMYK"):
        yield f"jpeg {mode}", encoded(_photo(mode), "JPEG")
    for mode in ("1", "L", "RGB", "RGBA", "CMYK", "LAB", "YCbCr"):
        yield f"tiff {mode}", encoded(_photo(mode), "TIFF")
    for kind in ("GIF", "BMP", "PPM", "TGA", "ICO", "PCX", "SGI", "DDS", "JPEG2000", "WEBP"):
        yield kind.lower(), encoded(_photo(), kind)
    for compression in ("tiff_lzw", "packbits", "tiff_adobe_deflate"):
        yield compression, encoded(_photo(), "TIFF", compression=compression)


def _by_shape() -> Iterator[tuple[str, bytes]]:
    yield "1 × 1", encoded(_photo(size=(1, 1)), "PNG")
    yield "1 × 30000", encoded(Image.new("RGB", (1, 30_000), 9), "PNG")
    yield "30000 × 1", encoded(Image.new("L", (30_000, 1), 9), "PNG")
    yield "no area", bomb(0, 5)
    yield "bomb", bomb(60_000, 60_000)
    yield "larger bomb", bomb(2**31 - 1, 2**31 - 1)
    whole = encoded(_photo(), "PNG")
    yield "half a png", whole[: len(whole) // 2]
    yield "half a jpeg", encoded(_photo(size=(64, 64)), "JPEG")[:300]
    yield "head only", whole[:24]


def _with_more_inside() -> Iterator[tuple[str, bytes]]:
    palette = _photo("P")
    yield "palette and transparency", encoded(palette, "PNG", transparency=3)
    yield "palette with alphas", encoded(palette, "PNG", transparency=bytes(range(0, 200, 20)))
    yield "grey and transparency", encoded(_photo("L"), "PNG", transparency=7)
    frames = [_photo(), Image.new("RGB", (9, 7), 40)]
    for kind in ("GIF", "PNG", "WEBP", "TIFF"):
        yield f"animated {kind}", encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    for turn in (3, 6, 8, 99):
        exif = Image.Exif()
        exif[0x0112] = turn
        yield f"turned {turn}", encoded(_photo(), "JPEG", exif=exif)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    yield "with a profile", encoded(_photo(), "PNG", icc_profile=srgb)
    yield "cmyk with a wrong profile", encoded(_photo("CMYK"), "JPEG", icc_profile=srgb)
    yield "a profile of garbage", encoded(_photo(), "PNG", icc_profile=b"profile" * 40)
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    yield "a Lab profile", encoded(_photo(), "PNG", icc_profile=lab)
    exif = Image.Exif()
    exif[0x0112], exif[0x013B], exif[0x011A] = 6, "Ann", 300.0
    exif.get_ifd(0x8769)[0x829D], exif.get_ifd(0x8825)[1] = 2.8, "N"
    for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        yield f"{kind} with exif", encoded(_photo(), kind, exif=exif)
    yield "exif of garbage", encoded(_photo(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    yield "xmp", encoded(_photo(), "JPEG", xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>")


def _deep() -> Iterator[tuple[str, bytes]]:
    yield "16 bit png", encoded(Image.new("I;16", (5, 4), 40_000), "PNG")
    yield "16 bit tiff", encoded(Image.new("I;16", (5, 4), 40_000), "TIFF")
    yield "32 bit tiff", encoded(Image.new("I", (5, 4), 70_000), "TIFF")
    yield "float tiff", encoded(Image.new("F", (5, 4), 1.5), "TIFF")
    yield "pfm", b"PF\n2 2\n-1.0\n" + struct.pack("<12f", *range(12))
    yield "radiance hdr", b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n\x80\x80\x80\x81"
    yield "16 bit rgb png", _png16()


def _no_pictures() -> Iterator[tuple[str, bytes]]:
    yield "nothing", b""
    yield "text named png", b"this is no picture\n"
    yield "zip", b"PK\x03\x04" + bytes(60)
    yield "pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
    yield "svg", b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"
    yield "eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n"
    yield "html", b"<!DOCTYPE html><title>502 Bad Gateway</title>"


def _png16() -> bytes:
    head = struct.pack(">IIBBBBB", 2, 1, 16, 2, 0, 0, 0)
    rows = zlib.compress(bytes([0, *range(12)]))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND")


def _chunk(name: bytes, content: bytes = b"") -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
