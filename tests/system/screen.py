# SPDX-License-Identifier: 0BSD
"""screen.py - the keyboard and the screen of a running machine.

Keys go to the PS/2 keyboard, and what the screen shows is taken as a picture. A picture is not compared with a font: `shows` asks
whether there is one glyph for each character of a text, the same wherever it stands and another for each other one.
"""
import json
import os
import socket
import tempfile
import time

NAMES = {" ": "spc", "\n": "ret", "/": "slash", ".": "dot", "-": "minus", "=": "equal", ";": "semicolon", "'": "apostrophe",
         ",": "comma", "\\": "backslash", "\t": "tab", "\b": "backspace", "\x03": "ctrl-c", "\x1a": "ctrl-z", "\x04": "ctrl-d",
         ">": "shift-dot", "<": "shift-comma", "|": "shift-backslash", "\"": "shift-apostrophe", "$": "shift-4", "&": "shift-7",
         "_": "shift-minus", "+": "shift-equal", ":": "shift-semicolon", "?": "shift-slash", "!": "shift-1"}
GLYPH_ROWS = 16


def name_of(key):
    return NAMES.get(key) or ("shift-" + key.lower() if key.isupper() else key)


class Screen:
    """Of a machine that was started with `Screen.options(path)`."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r")
        self.lines.readline()
        self.ask("qmp_capabilities")

    @staticmethod
    def options(path):
        return ["-qmp", "unix:%s,server=on,wait=off" % path]

    def ask(self, command, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while True:
            answer = json.loads(self.lines.readline())
            if "return" in answer:
                return answer["return"]
            assert "error" not in answer, answer

    def key(self, name):
        """One key, or several held together: ctrl-c."""
        self.ask("human-monitor-command", **{"command-line": "sendkey %s 20" % name})
        time.sleep(0.06)  # a key ends before the next begins

    def type(self, text):
        for key in text:
            self.key(name_of(key))

    def picture(self):
        """The glyphs of the screen: rows of pixels, a list for each line of text."""
        path = tempfile.mktemp(".ppm")
        try:
            self.ask("screendump", filename=path)
            with open(path, "rb") as file:
                data = file.read()
        finally:
            if os.path.exists(path):
                os.unlink(path)
        kind, width, height, depth = data.split(None, 4)[:4]
        assert (kind, depth) == (b"P6", b"255")
        width, height = int(width), int(height)
        pixels = data[len(data) - width * height * 3:]
        columns = 9 if width == 720 else 8  # text mode puts a blank one between glyphs
        return [[tuple(pixels[((y * GLYPH_ROWS + row) * width + x * columns) * 3:][:8 * 3] for row in range(GLYPH_ROWS))
                 for x in range(width // columns)] for y in range(height // GLYPH_ROWS)]

    def shows(self, *lines):
        """Whether the screen's first lines are these texts."""
        picture, glyphs = self.picture(), {}
        for y, line in enumerate(lines):
            for x, character in enumerate(line):
                if glyphs.setdefault(character, picture[y][x]) != picture[y][x]:
                    return False
        return len(set(glyphs.values())) == len(glyphs)

    def wait(self, *lines, seconds=20):
        limit = time.monotonic() + seconds
        while not self.shows(*lines):
            assert time.monotonic() < limit, "the screen does not show %r" % (lines,)
            time.sleep(0.2)
