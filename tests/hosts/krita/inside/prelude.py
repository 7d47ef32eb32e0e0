"""What the tests' code inside Krita is written with."""

# ruff: noqa: F401  the tests' code uses them

import hashlib
import os
import pathlib
import signal
import subprocess
import time

from krita import Krita, Selection
from overpaint_krita import documents
from overpaint_krita.canvas import KritaCanvas
from overpaint_krita.painting import Painting
from overpaint_krita.placement import MisplacedError, Placement
from overpaint_krita.qt import QAction, QtCore, QtGui, QtWidgets, image_bytes, owned
from overpaint_krita.selection import UnselectedError, area_of, whole
from overpaint_krita.source import read_layer, read_visible
from overpaint_krita.vendor.overpaint_bridge.panel import Panel
from overpaint_krita.vendor.overpaint_bridge.settings import PanelSettings

app = Krita.instance()
PATIENCE = 240
CALM = 0.4
CANVASES = ("KisQPainterCanvas", "KisOpenGLCanvas2")


def is_ready():
    return True


def make(width, height, model="RGBA", depth="U8", profile=""):
    """A document with a patterned background, half see-through at one corner, in any model."""
    document = app.createDocument(width, height, "test", "RGBA", "U8", "", 72.0)
    layer = document.topLevelNodes()[0]
    layer.setPixelData(QtCore.QByteArray(pattern(width, height)), 0, 0, width, height)
    if (model, depth) != ("RGBA", "U8") or profile:
        document.setColorSpace(model, depth, profile)
    document.refreshProjection()
    document.waitForDone()
    return kept(document)


def pattern(width, height):
    """BGRA pixels of some structure."""
    rows = []
    for y in range(height):
        row = bytearray()
        for x in range(width):
            row += bytes(((x * 3 + y) % 256, (x ^ y) % 256, (y * 5) % 256, 255))
        rows.append(bytes(row))
    return b"".join(rows)


def noise(width, height):
    """A document that nothing in it makes easy to paint."""
    document = app.createDocument(width, height, "test", "RGBA", "U8", "", 72.0)
    row = b"".join(bytes((*os.urandom(3), 255)) for _ in range(width))
    data = b"".join(row[y % 97 * 4 :] + row[: y % 97 * 4] for y in range(height))
    document.topLevelNodes()[0].setPixelData(QtCore.QByteArray(data), 0, 0, width, height)
    document.refreshProjection()
    return kept(document)


def layers(document):
    return [node for node in owned(document.topLevelNodes()) if not node.type().endswith("mask")]


def open_photo(name):
    document = app.openDocument(f"/io/{name}")
    document.refreshProjection()  # a window does so
    return kept(document)


def kept(document):
    """Hold on to a document: without windows, Krita can crash after one has been closed."""
    Kept.documents.append(document)
    return document


class Kept:
    """What lives as long as this Krita."""

    documents: list = []  # noqa: RUF012  there is one of it
    painting = None


def select(document, x, y, width, height, feather=0):
    selection = Selection()
    selection.select(x, y, width, height, 255)
    if feather:
        selection.feather(feather)
    document.setSelection(selection)


def select_mask(document, name):
    """Select what is white in a picture."""
    image = QtGui.QImage(f"/io/{name}").convertToFormat(QtGui.QImage.Format.Format_Grayscale8)
    selection = Selection()
    selection.setPixelData(
        QtCore.QByteArray(image_bytes(image)), 0, 0, image.width(), image.height()
    )
    document.setSelection(selection)


def alone(*names):
    """Leave these dockers, ours wide enough, at the right, above the layers."""
    for each in window().findChildren(QtWidgets.QDockWidget):
        if each.objectName() not in names:
            each.close()
    side = QtCore.Qt.DockWidgetArea.RightDockWidgetArea
    layers_docker = window().findChild(QtWidgets.QDockWidget, "KisLayerBox")
    docker().setFloating(False)
    window().addDockWidget(side, docker())
    window().splitDockWidget(docker(), layers_docker, QtCore.Qt.Orientation.Vertical)
    window().resizeDocks([docker()], [330], QtCore.Qt.Orientation.Horizontal)
    window().resizeDocks([docker(), layers_docker], [560, 200], QtCore.Qt.Orientation.Vertical)


def every_node(document):
    return list(documents.walk(document.rootNode()))


def hashes(document):
    """Every node by its id: a hash of its own pixels, name and place."""
    found = {}
    width, height = document.width(), document.height()
    for node in every_node(document):
        digest = hashlib.sha256(bytes(node.pixelData(0, 0, width, height)))
        digest.update(bytes(node.projectionPixelData(0, 0, width, height)))
        digest.update(f"{node.name()} {node.type()} {node.visible()} {node.opacity()}".encode())
        found[node.uniqueId().toString()] = digest.hexdigest()
    return found


def outline(node):
    """A node's children, from the bottom up, each as name, type and children."""
    return [[child.name(), child.type(), outline(child)] for child in owned(node.childNodes())]


def painting():
    if Kept.painting is None:
        Kept.painting = Painting(Panel(host="krita", host_version=app.version()))
    return Kept.painting


def paint(document, **settings):
    """Carry a run out to its end; its first result is in the picture then."""
    return finish(painting().generate(document, PanelSettings(**settings)))


def finish(run):
    end = time.monotonic() + PATIENCE
    while not run.is_over:
        painting().poll()
        time.sleep(0.005)
        assert time.monotonic() < end, run
    painting().poll()
    assert run.trouble is None, run.trouble
    return run


def differing(document, before, mask):
    """How many of the composite's pixels differ where a mask is 0, and where it is not."""
    width, height = document.width(), document.height()
    now = bytes(document.pixelData(0, 0, width, height))
    size = len(now) // (width * height)
    outside = inside = 0
    for index in range(width * height):
        if now[index * size : (index + 1) * size] != before[index * size : (index + 1) * size]:
            if mask[index]:
                inside += 1
            else:
                outside += 1
    return [outside, inside]


def everything(document):
    document.waitForDone()
    return bytes(document.pixelData(0, 0, document.width(), document.height()))


def fill_by_command_line(photo, mask, layer, *options):
    """`overpaint fill`, by the very Python that this Krita's worker runs in."""
    command = ["/run/overpaint/worker/bin/python", "-I", "-m", "overpaint", "fill"]
    files = [f"/io/{photo}", f"/io/{mask}", "-o", "/io/filled.png", "--layer", f"/io/{layer}"]
    done = subprocess.run([*command, *files, "--force", *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def shown_mask(document, result):
    """Where a result shows, over the whole canvas."""
    selection = Selection()
    place = (result.x, result.y, result.mask.width, result.mask.height)
    selection.setPixelData(QtCore.QByteArray(result.mask.data), *place)
    return bytes(selection.pixelData(0, 0, document.width(), document.height()))


# What only a Krita with windows has.


def docker():
    return app.activeWindow().qwindow().findChild(QtWidgets.QDockWidget, "overpaint_docker")


def board():
    return docker().board


def window():
    return app.activeWindow().qwindow()


def view(document):
    """Show a document in the window, with the docker beside it."""
    app.activeWindow().addView(document)
    docker().setVisible(True)
    docker().raise_()


def has_windows():
    return app.activeWindow() is not None and docker() is not None


def can_be_clicked(widget):
    """True once the widget is enabled, and what lies under the pointer there is the widget."""
    if widget is None or not (widget.isVisible() and widget.isEnabled()):
        return False
    middle = widget.rect().center()
    under = QtWidgets.QApplication.widgetAt(widget.mapToGlobal(middle))
    return under is widget or (under is not None and widget.isAncestorOf(under))


def stays_put(widget):
    """True where the widget has been where it is for longer than the docker takes to redraw."""
    return rests(id(widget), widget.mapToGlobal(QtCore.QPoint(0, 0)))


def rests(what, place, places={}):  # noqa: B006  it is a memory
    """True where something has been at one place of the screen for that long."""
    now, here = time.monotonic(), (place.x(), place.y())
    before, since = places.get(what, (None, now))
    if before != here or now - since > CALM * 4:
        places[what] = (here, now)
        return False
    return now - since >= CALM


def click(widget, button=1, hold=0):
    click_at(widget.mapToGlobal(widget.rect().center()), button, hold)


def click_at(point, button=1, hold=0):
    """Click; a hand holds the button down for some seconds."""
    ratio = window().devicePixelRatioF()
    place = [str(int(point.x() * ratio)), str(int(point.y() * ratio))]
    # Where the pointer is there already, xdotool would wait 15 s for it to move.
    wait = [] if QtGui.QCursor.pos() == point else ["--sync"]
    pressed = ["mousedown", str(button), "sleep", str(hold), "mouseup", str(button)]
    subprocess.Popen(["xdotool", "mousemove", *wait, *place, *pressed])


def drag(start, end):
    """Pull the real pointer from one place of the picture to another, at a person's pace."""
    ratio = window().devicePixelRatioF()
    (left, top), (right, bottom) = (
        (str(int(place.x() * ratio)), str(int(place.y() * ratio)))
        for place in (on_screen(*start), on_screen(*end))
    )
    there = ["mousemove", left, top, "sleep", "0.3", "mousedown", "1", "sleep", "0.3"]
    along = ["mousemove_relative", "5", "5", "sleep", "0.2", "mousemove", right, bottom]
    subprocess.Popen(["xdotool", *there, *along, "sleep", "0.3", "mouseup", "1"])


def on_screen(x, y):
    """Where a place of the picture in front is."""
    shown = app.activeWindow().activeView()
    back, _ = shown.flakeToImageTransform().inverted()
    place = shown.flakeToCanvasTransform().map(back.map(QtCore.QPointF(x, y)))
    return canvas().mapToGlobal(place.toPoint())


def is_in_sight(x, y):
    """True where a place of the picture in front is on its canvas, or right at its edge."""
    place = canvas().mapFromGlobal(on_screen(x, y))
    return canvas().rect().adjusted(-2, -2, 2, 2).contains(place)


def canvas():
    """What the picture in front is painted on."""
    parts = window().findChildren(QtWidgets.QWidget)
    there = (each for each in parts if each.metaObject().className() in CANVASES)
    return next((each for each in there if each.isVisible()), None)


def canvas_kind():
    """The class of what shows the picture in front."""
    kinds = [each.metaObject().className() for each in window().findChildren(QtWidgets.QWidget)]
    return next((kind for kind in kinds if kind in CANVASES), "")


def tool(name):
    """A tool's button."""
    return window().findChild(QtWidgets.QToolButton, name)


def selected():
    """The bounds of what is selected in the picture in front."""
    there = app.activeDocument().selection()
    return [there.x(), there.y(), there.width(), there.height()] if there else []


def type_text(text):
    subprocess.Popen(["xdotool", "type", "--delay", "20", text])


def press_keys(keys):
    subprocess.Popen(["xdotool", "key", keys])


def photograph(name):
    """The whole screen, or a widget of it."""
    subprocess.run(["import", "-window", "root", f"/io/{name}"], check=True, timeout=60)


def describe_docker():
    if not has_windows():
        return {}
    parts = board()
    return {
        "hint": parts.running.hint.text(),
        "stage": parts.running.stage.text_whole(),
        "trouble": parts.trouble.what.text() if parts.trouble.isVisible() else "",
        "results": [run.state for run in docker().painting.panel.runs],
        "windows": [
            f"{type(each).__name__}: {each.windowTitle()}"
            for each in QtWidgets.QApplication.topLevelWidgets()
            if each.isVisible()
        ],
    }


def discard_all():
    """Leave nothing that the next test's pictures would show, as of closed ones."""
    for run in docker().painting.panel.runs:
        for result in run.results:
            if result.is_open:
                docker().painting.panel.discard(result)


def close_all():
    app.setBatchmode(True)
    for document in owned(app.documents()):
        document.setBatchmode(True)
        document.setModified(False)
        document.close()
    Kept.documents.clear()


def uncaught():
    import overpaint_test

    return overpaint_test.UNCAUGHT


def results():
    items = [board().results.item(index) for index in range(board().results.count())]
    return [item for item in items if item.data(256) or item.data(257)]


def thumbnails():
    return len(results())


def whole_thumbnails():
    """How many can be seen from edge to edge."""
    grid = board().results
    seen = grid.viewport().visibleRegion().boundingRect()
    return sum(seen.contains(grid.visualItemRect(item)) for item in results())


def thumbnail_rows():
    return [board().results.visualItemRect(item).y() for item in results()]


def thumbnail_place(number):
    grid = board().results
    item = results()[number]
    grid.scrollToItem(item)
    return grid.viewport().mapToGlobal(grid.visualItemRect(item).center())


def thumbnail_stays_put(number):
    return number < thumbnails() and rests(f"thumbnail {number}", thumbnail_place(number))


def choose_endpoint(name):
    combo = board().form.heading.endpoint
    combo.setCurrentIndex(combo.findData(name))


def worker(of=None):
    """The process of a docker's worker, by default of the one in front; 0 where it has none."""
    session = (of or docker()).painting.panel._connection.session
    return session.pid if session is not None else 0


def is_gone(process):
    """True where a process has ended; one that nobody has waited for counts as that."""
    try:
        state = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def kill_worker():
    os.kill(worker(), signal.SIGKILL)


def kill_krita():
    """As if it crashed, once the test has its answer."""
    QtCore.QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGKILL))


def undo_steps():
    """How many steps can be undone in the picture in front."""
    history = window().findChild(QtWidgets.QDockWidget, "History").findChild(QtWidgets.QListView)
    return history.currentIndex().row()


def bring_to_front(document):
    """As a click on its tab does."""
    area = window().findChild(QtWidgets.QMdiArea)
    for place in area.subWindowList():
        area.setActiveSubWindow(place)
        QtWidgets.QApplication.processEvents()
        if app.activeDocument() == document:
            return


def popup():
    """The menu that is open; None where none is."""
    menu = QtWidgets.QApplication.activePopupWidget()
    return menu if isinstance(menu, QtWidgets.QMenu) else None


def click_entry(name):
    menu = popup()
    action = next(each for each in menu.actions() if each.objectName() == name)
    click_at(menu.mapToGlobal(menu.actionGeometry(action).center()))


def dialog(kind):
    """The open window of a kind; None where none is."""
    there = [each for each in QtWidgets.QApplication.topLevelWidgets() if each.isVisible()]
    return next((each for each in there if type(each).__name__ == kind), None)


def clipboard():
    return QtWidgets.QApplication.clipboard().text()


def click_row(items, number):
    """Click one of a list's, or tree's, rows."""
    index = items.model().index(number, 0)
    items.scrollTo(index)
    click_at(items.viewport().mapToGlobal(items.visualRect(index).center()))


def sent_words():
    """All that the window shows, but for the request itself."""
    there = dialog("SentDialog")
    labels = there.findChildren(QtWidgets.QLabel) if there else []
    return "\n".join(each.text() for each in labels if each.isVisible())


def shared_shortcuts():
    from overpaint_krita.extension import ACTIONS

    owners = {}
    for action in app.actions():
        for keys in action.shortcuts():
            owners.setdefault(keys.toString(), set()).add(action.objectName())
    ours = set(ACTIONS)
    without = [name for name in ours if not any(name in names for names in owners.values())]
    return without + [sorted(names) for names in owners.values() if names & ours and len(names) > 1]


def missing_icons():
    buttons = [
        *board().findChildren(QtWidgets.QPushButton),
        *board().findChildren(QtWidgets.QToolButton),
    ]
    spoken = board().first_start  # its buttons have words alone
    wanted = [each for each in buttons if not spoken.isAncestorOf(each)]
    return [
        each.text() or each.toolTip() or each.objectName()
        for each in wanted
        if each.icon().isNull() and each is not board().form.options.header
    ]


def framed():
    """The numbers of the thumbnails that have a frame of the theme's colour round them."""
    grid = board().results
    colour = grid.palette().color(QtGui.QPalette.ColorRole.Highlight).rgb()
    image = grid.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    found = []
    for number, item in enumerate(results()):
        box = grid.visualItemRect(item)
        edges = [(box.left() + 1, box.center().y()), (box.center().x(), box.top() + 1)]
        if all(image.pixel(int(x * ratio), int(y * ratio)) == colour for x, y in edges):
            found.append(number)
    return found


def lightnesses(widget):
    """How dark and how light what a widget shows is, at most."""
    image = widget.grab().toImage()
    found = [
        image.pixelColor(x, y).lightness()
        for x in range(min(image.width(), 200))
        for y in range(image.height())
    ]
    return [min(found), max(found)]


def choose_theme(name):
    """As in Settings > Themes."""
    actions = window().findChildren(QAction)
    next(each for each in actions if each.text().replace("&", "") == name).trigger()


def clipped():
    """Buttons and labels that have less room than their words need."""
    parts = [*board().findChildren(QtWidgets.QPushButton)]
    return [
        part.text()
        for part in parts
        if part.isVisible()
        and part.fontMetrics().horizontalAdvance(part.text()) + part.iconSize().width()
        > part.width()
    ]


def sideways():
    """Whatever scrolls sideways."""
    areas = board().findChildren(QtWidgets.QAbstractScrollArea)
    return [
        type(area).__name__
        for area in areas
        if area.isVisible() and area.horizontalScrollBar().isVisible()
    ]


class Drawn(QtCore.QObject):
    """How often a widget is drawn, and how often the docker looks at how things are."""

    def __init__(self, widget):
        super().__init__()
        self.times = self.looks = 0
        self._widget = widget
        widget.installEventFilter(self)
        self._look = docker()._draw
        docker()._draw = self.look

    def look(self):
        self.looks += 1
        self._look()

    def eventFilter(self, _widget, event):
        self.times += event.type() == QtCore.QEvent.Type.Paint
        return False

    def clear(self):
        self.times = self.looks = 0

    def end(self):
        self._widget.removeEventFilter(self)
        docker()._draw = self._look


class Heart:
    """A timer of 10 ms, how late it fires, and how long the docker's own beats take."""

    def __init__(self):
        self.gaps = []
        self.own = []
        self.last = time.perf_counter()
        self.timer = QtCore.QTimer()
        self.timer.setInterval(10)
        self.timer.timeout.connect(self.beat)
        self.timer.start()
        inner = docker().beat._act
        docker().beat._act = lambda: self.measure(inner)

    def beat(self):
        now = time.perf_counter()
        self.gaps.append((now - self.last) * 1000)
        self.last = now

    def measure(self, inner):
        began = time.thread_time()
        inner()
        self.own.append((time.thread_time() - began) * 1000)

    def clear(self):
        self.gaps.clear()
        self.own.clear()
        self.last = time.perf_counter()

    def take(self):
        gaps, own = sorted(self.gaps), sorted(self.own)
        self.clear()
        return {
            "median": round(gaps[len(gaps) // 2], 1),
            "p99": round(gaps[int(len(gaps) * 0.99)], 1),
            "worst": round(gaps[-1], 1),
            "own": round(own[-1], 1) if own else 0,
        }
