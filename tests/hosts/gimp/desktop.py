"""A GIMP with windows on a display of its own, seen and used as a screen reader does."""

from __future__ import annotations

import gettext
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageStat

from .chroot import ROOT, WORK, Chroot
from .program import Program, wait_for

__all__ = ["PATIENCE", "Desktop"]

CATALOGUES = ROOT / "core/overpaint_bridge/translations"
ARTEFACTS = ROOT / "artefacts" / "gimp"
# How much of 255 a pixel differs by on the average between two pictures of the same.
STILL = 0.05
# How long a window, a menu or a result may take on a machine that is busy with other tests.
PATIENCE = float(os.environ.get("OVERPAINT_TEST_PATIENCE", "120"))
OPEN = """
old = [number for number in range(1, 500) if Gimp.Display.id_is_valid(number)]
image = open_image(f"{FOLDER}/PHOTO")
photo = image.get_layers()[0]
image.select_ellipse(Gimp.ChannelOps.REPLACE, 90, 70, 60, 44)
Gimp.Selection.feather(image, 9)
display = Gimp.Display.new(image)
for number in old:
    # GIMP's empty window is a display too, and the first image takes it.
    if number != display.get_id():
        Gimp.Display.get_by_id(number).delete()
for other in Gimp.get_images():
    if other.get_id() != image.get_id():
        other.delete()
"""


class Desktop(Program):
    """The same GIMP, with its windows; what tests name in English, it knows in its own language."""

    def __init__(
        self,
        chroot: Chroot,
        name: str,
        *,
        env: dict[str, str] | None = None,
        language: str = "en",
    ) -> None:
        super().__init__(chroot, name, env={"LANGUAGE": language} | (env or {}))
        self.language = language
        self._catalogue = gettext.translation("overpaint", CATALOGUES, [language], fallback=True)
        place = CATALOGUES / language / "LC_MESSAGES/overpaint.mo"
        self._sentences: list[str] = []
        if place.exists():
            with place.open("rb") as file:
                # The module keeps them in no public place.
                known = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
            self._sentences = [text for said, text in known.items() if said]

    def patterns(self) -> list[re.Pattern[str]]:
        """Every sentence the plug-in has in this language, whatever stands in its places."""
        plain = [re.escape(text.replace("_", "")) for text in self._sentences]
        # A sentence that is a heading has no full stop.
        plain = [re.sub(r"\\\.$", r"\\.?", text) for text in plain]
        return [re.compile(re.sub(r"\\\{.*?\\\}", ".*", text), re.DOTALL) for text in plain]

    def wait_for_said(self, *english: str) -> None:
        """Wait until one of some sentences is shown, in this GIMP's own language."""
        known = [self._catalogue.gettext(one).replace("_", "") for one in english]
        # A sentence that is a heading has no full stop.
        parts = [text.partition("{")[0].removesuffix(".") for text in known]
        wait_for(
            lambda: any(part in text for part in parts for text in self.labels()),
            PATIENCE,
            lambda: f"none of {parts} among {self.labels()}\n{self.said()}",
        )

    def word(self, name: str) -> str:
        """What the plug-in calls something, without the letter to press."""
        spelled = [name, *(f"{name[:place]}_{name[place:]}" for place in range(len(name)))]
        known = [self._catalogue.gettext(one) for one in spelled]
        return next((text for text in known if text not in spelled), name).replace("_", "")

    @property
    def command(self) -> list[str]:
        return ["sh", f"{WORK}/inside/desktop.sh", self.chroot.version]

    @property
    def settings(self) -> str:
        # A version it has been before has no release notes to show.
        return super().settings + (
            f'(config-version "{self._release()}")\n'
            "(show-welcome-dialog no)\n(save-session-info no)\n(confirm-on-close no)\n"
        )

    def _release(self) -> str:
        """The version to its last number, as Debian's list of packages has it."""
        status = (self.chroot.root / "var/lib/dpkg/status").read_text()
        found = re.search(
            r"^Package: gimp\n(?:.+\n)*?Version: (?:\d+:)?([\d.]+)", status, re.MULTILINE
        )
        assert found is not None
        return found[1]

    def see(self, code: str, **values: Any) -> Any:  # noqa: ANN401  whatever the code answers
        """Carry code out by the server that sees the windows."""
        return self.ask("windows", code, values)

    def click(self, role: str, name: str, window: str = "Overpaint") -> None:
        """Press something that is shown in one of the plug-in's windows."""
        name, window = self.word(name), self.word(window)
        self.see(f"click({role!r}, {name!r}, window={window!r}, seconds={PATIENCE})")

    def menu(self, name: str) -> None:
        """Choose an entry of GIMP's menus, open or not."""
        entry = self.word(name)
        self.see(f"click('menu item', {entry!r}, 'gimp', hidden=True, seconds={PATIENCE})")

    def write(self, role: str, name: str, words: str, window: str = "Overpaint") -> None:
        """Type into a field of the plug-in's."""
        name, window = self.word(name), self.word(window)
        self.see(f"write({role!r}, {name!r}, {words!r}, window={window!r}, seconds={PATIENCE})")

    def read(self, role: str, name: str, window: str = "Overpaint") -> str:
        """What stands in a field."""
        code = f"answer = read(find({role!r}, {name!r}, window={window!r}, seconds={PATIENCE}))"
        return str(self.see(code))

    def set_number(self, name: str, number: int, window: str = "Overpaint") -> None:
        """Set a spin button or a slider."""
        name, window = self.word(name), self.word(window)
        self.see(f"set_number({name!r}, {number}, window={window!r}, seconds={PATIENCE})")

    def set_feather(self, words: str) -> None:
        """Type into the feather's field, shown or not."""
        name = self.word("Feather in pixels")
        self.see(f"write('text', {name!r}, {words!r}, {PATIENCE}, 'Overpaint', hidden=True)")

    def press_advanced(self, role: str, name: str) -> None:
        """Press something that may lie in the expander that is closed."""
        name = self.word(name)
        self.see(f"click({role!r}, {name!r}, hidden=True, seconds={PATIENCE}, window='Overpaint')")

    def choose_part(self, name: str, part: str) -> None:
        """Choose the entry that has these words in it."""
        self.see(f"choose_part({name!r}, {part!r}, window='Overpaint', seconds={PATIENCE})")

    def choose(self, name: str, entry: str, window: str = "Overpaint") -> None:
        """Choose one entry of a list that drops down."""
        name, window = self.word(name), self.word(window)
        self.see(f"choose({name!r}, {entry!r}, window={window!r}, seconds={PATIENCE})")

    def wait_for_chosen(self, name: str, part: str, window: str = "Overpaint") -> None:
        """Wait until the entry that is chosen has these words in it."""
        self.see(f"find_chosen({name!r}, {part!r}, window={window!r}, seconds={PATIENCE})")

    def wait_for_window(self, title: str) -> None:
        """Wait until the plug-in has opened a window."""
        self.see(f"find_window({self.word(title)!r}, seconds={PATIENCE})")

    def labels(self) -> list[str]:
        """Every text the plug-in shows now."""
        found: list[str] = self.see("answer = labels('overpaint')")
        return found

    def wait_for_label(self, part: str) -> str:
        """Wait until the plug-in shows a text with this in it."""
        return wait_for(
            lambda: next((text for text in self.labels() if part in text), ""),
            PATIENCE,
            lambda: f"no “{part}” among {self.labels()}\n{self.said()}",
        )

    def wait_until(self, code: str) -> Any:  # noqa: ANN401  whatever the code answers
        """Wait until code inside GIMP answers with something true."""
        return wait_for(lambda: self.do(code), PATIENCE, lambda: f"{code}\n{self.said()}")

    def export(self, path: str) -> None:
        """Export the image as a person does, to a path as GIMP sees it."""
        self.menu("Export As...")
        self.see(f"find_frame('file chooser', seconds={PATIENCE})")
        self.see(f"press('ctrl+a'); type_words({path!r}); press('Return')")
        self.see(f"find_frame('dialog', seconds={PATIENCE}); press('Return')")

    def arrange(self) -> None:
        """GIMP over most of the screen, the panel at its right."""
        self.see("arrange()")

    def menu_beginning(self, word: str) -> None:
        """Choose what begins with a word: Undo, Redo or Repeat, whatever it is about."""
        self.see(f"click_beginning('menu item', {word!r}, 'gimp', seconds={PATIENCE})")

    def open(self, code: str = "", photo: str = "photo.png") -> None:
        """Open the photo with a selection in it, as the only image, and point the panel at it."""
        opened = OPEN.replace("PHOTO", photo)
        number = self.do(f"{opened}\n{code}\nGimp.displays_flush()\nanswer = image.get_id()")
        self.point(number)

    def point(self, number: int) -> None:
        """Wait for an image's display, and point the panel at it."""
        self.see(f"find_part('frame', '-{number}.', 'gimp', seconds={PATIENCE})")
        # Just after an image was closed GIMP may still run a menu entry for that one.
        entry, images = self.word("Overpaint Panel"), self.word("Image")
        self.see(f"point_panel('-{number} ', {entry!r}, {images!r}, seconds={PATIENCE})")

    def _shot(self) -> Image.Image:
        self.see(f"picture('{self.inside}/screen.png')")
        with Image.open(self.folder / "screen.png") as shot:
            return shot.convert("RGB")

    def picture(self, name: str) -> Path:
        """Take a picture of the whole screen once it stands still, for people to look at."""
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        screen = self._shot()
        for _try in range(10):
            time.sleep(0.5)
            before, screen = screen, self._shot()
            # A selection's edge is always on the move; a window or a picture is not.
            if ImageStat.Stat(ImageChops.difference(before, screen)).mean[0] < STILL:
                break
        path = ARTEFACTS / f"{name}-{self.chroot.version}.png"
        shutil.copyfile(self.folder / "screen.png", path)
        return path
