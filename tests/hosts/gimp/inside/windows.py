"""What the tests' code uses to look at windows, as a screen reader does, and to press and type."""

import contextlib
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

Atspi.init()
Atspi.set_timeout(4000, 15000)
SHOWING = Atspi.StateType.SHOWING


def walk(node, depth=0):
    yield node, depth
    if depth > 24:
        return
    try:
        number = node.get_child_count()
    except GLib.Error:
        return
    for place in range(min(number, 400)):
        try:
            child = node.get_child_at_index(place)
        except GLib.Error:
            continue
        if child is not None:
            yield from walk(child, depth + 1)


def programs():
    desktop = Atspi.get_desktop(0)
    found = []
    for place in range(desktop.get_child_count()):
        try:
            program = desktop.get_child_at_index(place)
            if program is not None:
                found.append((program.get_name() or "", program))
        except GLib.Error:
            continue
    return found


def roots(program="", window=""):
    """A program's root, or the plug-in's windows of a title; the newest first."""
    found = [node for name, node in reversed(programs()) if program in name]
    return [frame for node in found for frame in frames(node, window)] if window else found


def frames(node, title):
    """A program's windows of that title, whole; the panel's is the one word alone."""
    found = []
    for place in range(node.get_child_count()):
        try:
            frame = node.get_child_at_index(place)
            if frame is not None and frame.get_name() == title:
                found.append(frame)
        except GLib.Error:
            continue
    return found


def all_found(role, name, program="overpaint", hidden=False, window=""):
    found = []
    for root in roots(program, window):
        for node, _depth in walk(root):
            try:
                # Newer versions say shorter what is pressed.
                kind = node.get_role_name().removeprefix("push ")
                fits = kind == role and (node.get_name() or "") == name
                if fits and (hidden or node.get_state_set().contains(SHOWING)):
                    found.append(node)
            except GLib.Error:
                continue
    return found


def find(role, name, program="overpaint", hidden=False, seconds=60, window=""):
    end = time.monotonic() + seconds
    while True:
        found = all_found(role, name, program, hidden, window)
        if found:
            return found[0]
        if time.monotonic() > end:
            raise LookupError(f"no {role} called {name!r} in {seconds} s\n" + tree(program))
        time.sleep(0.2)


def click(role, name, program="overpaint", hidden=False, seconds=60, window=""):
    end = time.monotonic() + seconds
    node = find(role, name, program, hidden, seconds, window)
    # What is gray takes no press, and says nothing of it.
    while not (hidden or has(node, "sensitive")):
        if time.monotonic() > end:
            raise LookupError(f"{role} {name!r} can't be pressed\n" + tree(program))
        time.sleep(0.1)
        node = find(role, name, program, hidden, seconds, window)
    node.get_action_iface().do_action(0)


def right_click(role, name, seconds=60, window="Overpaint"):
    node = find(role, name, seconds=seconds, window=window)
    place = Atspi.Component.get_extents(node, Atspi.CoordType.SCREEN)
    middle = [str(place.x + place.width // 2), str(place.y + place.height // 2)]
    subprocess.run(["xdotool", "mousemove", *middle, "click", "3"], check=True)


def click_own(role, name, seconds=60):
    """Press what is shown in a window of GIMP's own, not of a plug-in's."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for _name, root in [one for one in programs() if one[0] == "gimp"]:
            for node, _depth in walk(root):
                with contextlib.suppress(GLib.Error):
                    kind = node.get_role_name().removeprefix("push ")
                    if kind == role and node.get_name() == name and has(node, "showing"):
                        node.get_action_iface().do_action(0)
                        return
        time.sleep(0.2)
    raise LookupError(f"no {role} called {name!r} in {seconds} s")


def click_beginning(role, name, program, seconds=60):
    """Press what begins with a word, such as Undo and what it undoes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for root in roots(program):
            for node, _depth in walk(root):
                if node.get_role_name() == role and (node.get_name() or "").startswith(name):
                    node.get_action_iface().do_action(0)
                    return
        time.sleep(0.2)
    raise LookupError(f"no {role} beginning with {name!r} in {seconds} s")


def write(role, name, words, seconds=60, window="", hidden=False):
    field = find(role, name, hidden=hidden, seconds=seconds, window=window)
    field.get_editable_text_iface().set_text_contents(words)


def find_part(role, part, program, seconds=60):
    """Find by a part of the name."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name in texts(role, program):
            if part in name:
                return
        time.sleep(0.2)
    raise LookupError(f"no {role} with {part!r} in its name: {texts(role, program)}")


def find_window(title, seconds=60):
    end = time.monotonic() + seconds
    while not roots("overpaint", title):
        if time.monotonic() > end:
            raise LookupError(f"no window {title!r} in {seconds} s\n" + tree("overpaint"))
        time.sleep(0.2)


def find_frame(role, seconds=60):
    """Wait for a window of GIMP's own that has the keyboard."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for _name, node in programs():
            for place in range(node.get_child_count()):
                try:
                    frame = node.get_child_at_index(place)
                    if frame is not None and frame.get_role_name() == role and has(frame, "active"):
                        return
                except GLib.Error:
                    continue
        time.sleep(0.2)
    raise LookupError(f"no {role} in {seconds} s\n" + tree())


def press(key):
    subprocess.run(["xdotool", "key", key], check=True)


def type_words(words):
    subprocess.run(["xdotool", "type", "--delay", "20", words], check=True)


def find_chosen(name, part, seconds=60, window=""):
    """Wait until a list that drops down has an entry with these words chosen."""
    end = time.monotonic() + seconds
    chosen = ""
    while time.monotonic() < end:
        box = find("combo box", name, seconds=seconds, window=window).get_selection_iface()
        # A list may be filled anew while it is read: its old entries are gone then.
        with contextlib.suppress(GLib.Error):
            entry = box.get_selected_child(0) if box.get_n_selected_children() else None
            chosen = entry.get_name() if entry is not None else ""
            if part in chosen:
                return
        time.sleep(0.2)
    raise LookupError(f"{name!r} has {chosen!r} chosen, not {part!r}")


def close_dialogs():
    """Close every window of the plug-in's but the panel: an earlier test may have left some."""
    for node in roots("overpaint"):
        for frame, depth in list(walk(node)):
            if depth != 1 or frame.get_name() == "Overpaint":
                continue
            for name in ("Cancel", "Close"):
                buttons = [
                    inner
                    for inner, _depth in walk(frame)
                    if inner.get_role_name().removeprefix("push ") == "button"
                    and inner.get_name() == name
                ]
                if buttons:
                    buttons[0].get_action_iface().do_action(0)
                    break


def point_panel(part, entry, images, seconds=60):
    """Choose the panel's menu entry until the panel is there, and at the right image."""
    end = time.monotonic() + seconds
    while True:
        click("menu item", entry, "gimp", hidden=True, seconds=seconds)
        try:
            find_window("Overpaint", seconds=20)
            find_chosen(images, part, seconds=8, window="Overpaint")
        except LookupError:
            if time.monotonic() > end:
                raise
        else:
            return


def set_number(name, number, seconds=60, window=""):
    """Hidden or not: it may lie in an expander that is closed."""
    node = find("spin button", name, hidden=True, seconds=seconds, window=window)
    node.get_value_iface().set_current_value(number)


def choose(name, entry, seconds=60, window=""):
    """Choose by the entry's words; it may have to be listed first."""
    choose_where(name, entry, lambda words: words == entry, seconds, window)


def choose_part(name, part, seconds=60, window=""):
    """Choose by a part of the entry's words."""
    choose_where(name, part, lambda words: part in words, seconds, window)


def choose_where(name, entry, fits, seconds, window):
    end = time.monotonic() + seconds
    while True:
        listed = []
        with contextlib.suppress(GLib.Error):
            for node, _depth in walk(find("combo box", name, seconds=seconds, window=window)):
                if node.get_role_name() == "menu item":
                    listed.append(node.get_name() or "")
                    if fits(listed[-1]):
                        node.get_action_iface().do_action(0)
                        return
        if time.monotonic() > end:
            raise LookupError(f"no {entry!r} in {name!r}: {listed}")
        time.sleep(0.2)


def texts(role, program):
    """The names of everything of a role, shown or not."""
    return [
        node.get_name() or ""
        for root in roots(program)
        for node, _depth in walk(root)
        if node.get_role_name() == role
    ]


def read(node):
    return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))


def has(node, state):
    return node.get_state_set().contains(getattr(Atspi.StateType, state.upper()))


def labels(program=""):
    """Every text that is shown."""
    found = []
    for root in roots(program):
        for node, _depth in walk(root):
            try:
                if node.get_role_name() in ("label", "static") and has(node, "showing"):
                    found.append(node.get_name() or "")
            except GLib.Error:
                continue
    return found


def words_of(title):
    """Every text in the plug-in's windows of a title: what is shown, and what is said of it."""
    found = set()
    for frame in roots("overpaint", title):
        for node, _depth in walk(frame):
            try:
                if has(node, "showing"):
                    found |= {node.get_name() or "", node.get_description() or ""}
            except GLib.Error:
                continue
    return sorted(found - {""})


def cut_off(title):
    """What is shown of a window but reaches over its left or right edge."""
    found = []
    for frame in roots("overpaint", title):
        edge = Atspi.Component.get_extents(frame, Atspi.CoordType.SCREEN)
        for node, depth in walk(frame):
            try:
                if depth and node.get_name() and has(node, "showing"):
                    place = Atspi.Component.get_extents(node, Atspi.CoordType.SCREEN)
                    if place.x < edge.x or place.x + place.width > edge.x + edge.width:
                        found.append(node.get_name())
            except GLib.Error:
                continue
    return found


def tree(program=""):
    lines = [", ".join(name for name, _node in programs())]
    for root in roots(program):
        for node, depth in walk(root):
            try:
                if has(node, "showing"):
                    lines.append("  " * depth + f"{node.get_role_name()}: {node.get_name()!r}")
            except GLib.Error:
                continue
    return "\n".join(lines[:400])


def clipboard():
    gi.require_version("Gtk", "3.0")
    from gi.repository import Gdk, Gtk

    Gtk.init([])
    return Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text() or ""


def window_of(title):
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", title], capture_output=True, text=True
    ).stdout.split()
    return found[-1] if found else None


def arrange():
    places = {r"GIMP$": (0, 20, 960, 940), "^Overpaint$": (970, 20, 400, 780)}
    for title, (x, y, width, height) in places.items():
        window = window_of(title)
        if window is not None:
            subprocess.run(["xdotool", "windowsize", window, str(width), str(height)], check=True)
            subprocess.run(["xdotool", "windowmove", window, str(x), str(y)], check=True)


def least_height(title):
    """How high a window is when it is asked to be as low as it can."""
    window = window_of(f"^{title}$")
    subprocess.run(["xdotool", "windowsize", "--sync", window, "400", "100"], check=True)
    time.sleep(0.5)
    frame = roots("overpaint", title)[0]
    return Atspi.Component.get_extents(frame, Atspi.CoordType.SCREEN).height


def widen_dock(left):
    """Give the dock at the right of GIMP's window what lies right of so many pixels."""
    own = [root for name, root in programs() if name == "gimp"]
    panes = [node for root in own for node, _ in walk(root) if node.get_role_name() == "split pane"]
    panes[1].get_value_iface().set_current_value(left)


def picture(path):
    subprocess.run(["import", "-window", "root", path], check=True)
