"""What the tests' code uses to look at windows, as a screen reader does, and to press and type."""

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
    find(role, name, program, hidden, seconds, window).get_action_iface().do_action(0)


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


def write(role, name, words, seconds=60, window=""):
    find(role, name, seconds=seconds, window=window).get_editable_text_iface().set_text_contents(
        words
    )


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


def find_chosen(name, part, seconds=60, window=""):
    """Wait until a list that drops down has an entry with these words chosen."""
    end = time.monotonic() + seconds
    chosen = ""
    while time.monotonic() < end:
        box = find("combo box", name, seconds=seconds, window=window).get_selection_iface()
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
    end = time.monotonic() + seconds
    while True:
        box = find("combo box", name, seconds=seconds, window=window)
        entries = [node for node, _depth in walk(box) if node.get_role_name() == "menu item"]
        for node in entries:
            if node.get_name() == entry:
                node.get_action_iface().do_action(0)
                return
        if time.monotonic() > end:
            raise LookupError(f"no {entry!r} in {name!r}: {[node.get_name() for node in entries]}")
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


def picture(path):
    subprocess.run(["import", "-window", "root", path], check=True)
