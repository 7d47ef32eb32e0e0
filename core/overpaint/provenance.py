"""What a result's file says of its making: the recipe, and that software had a hand in it.

The recipe makes the same picture again. IPTC's DigitalSourceType tells whoever publishes a picture
that part of it was not photographed. Neither ever holds a key, or where a file lay on a disk.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from overpaint_bridge import __version__

__all__ = ["KEYWORD", "Provenance", "public"]

KEYWORD = "overpaint/recipe"
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# The PNG signature and the header chunk, which must come first.
HEAD = 8 + 25
# `/home/ann/x`, `~/x`, `C:\x`, `\\server\x`, `file:…`; and pictures, which are no recipe.
LOCAL = re.compile(r"\s*(?:~?/|~\\|[A-Za-z]:[\\/]|\\\\|file:|data:)", re.IGNORECASE)
SECRET = re.compile(r"key|token|secret|password|authorization", re.IGNORECASE)
# Where and when it was painted: the journal's to say. Without them the same request and seed give
# the same file, byte for byte, from the built-in engine and from a server.
OF_ONE_RUN = frozenset({"created_at", "endpoint", "prediction"})
# Half characters and no characters: UTF-8 or XML can't hold them, JSON can say them otherwise.
UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:overpaint="urn:overpaint:1">
   <xmp:CreatorTool>{tool}</xmp:CreatorTool>
   <Iptc4xmpExt:DigitalSourceType>{source}</Iptc4xmpExt:DigitalSourceType>
   <overpaint:recipe>{recipe}</overpaint:recipe>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a picture was made.

    Attributes:
        recipe: as `recipe_of` writes it.
        is_trained: a trained model painted; not so the built-in engine, which copies what is there.
    """

    recipe: Mapping[str, Any]
    is_trained: bool

    @property
    def text(self) -> str:
        """The recipe as JSON, without what is nobody's business or true of one run only."""
        recipe = {name: item for name, item in self.recipe.items() if name not in OF_ONE_RUN}
        text = json.dumps(public(recipe), ensure_ascii=False)
        return UNWRITABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

    @property
    def source_type(self) -> str:
        """IPTC's word for it."""
        kind = "compositeWithTrainedAlgorithmicMedia" if self.is_trained else "compositeSynthetic"
        return SOURCE_TYPES + kind

    @property
    def xmp(self) -> bytes:
        """An XMP packet."""
        return PACKET.format(
            tool=escape(self._tool), source=self.source_type, recipe=escape(self.text)
        ).encode()

    def in_png(self, content: bytes) -> bytes:
        """Put text and XMP into a PNG; its pixels' bytes stay as they are."""
        chunks = (
            _chunk("tEXt", b"Software\0" + self._tool.encode()),
            _text(KEYWORD, self.text.encode()),
            _text("XML:com.adobe.xmp", self.xmp),
        )
        return content[:HEAD] + b"".join(chunks) + content[HEAD:]

    @property
    def _tool(self) -> str:
        return f"Overpaint {__version__}"


def public(value: object, name: str = "") -> object:
    """Leave out what names a place on a disk, holds a picture, or could be a key.

    Below a name that a key may have nothing is kept but numbers, as of `max_tokens`.
    """
    if SECRET.search(name) and isinstance(value, str | dict | list | tuple):
        return None
    if isinstance(value, dict):
        kept = {str(key): public(item, str(key)) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None}
    if isinstance(value, list | tuple):
        return [item for item in (public(one, name) for one in value) if item is not None]
    if isinstance(value, str):
        hidden = name != "prompt" and name != "negative_prompt" and LOCAL.match(value)
        return None if hidden else value
    return value


def _text(keyword: str, text: bytes) -> bytes:
    """An iTXt chunk: uncompressed, of no language."""
    return _chunk("iTXt", keyword.encode() + b"\0\0\0\0\0" + text)


def _chunk(kind: str, content: bytes) -> bytes:
    whole = kind.encode() + content
    return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))
