#!/usr/bin/env python3
"""Turns a terminal's cells, as `tmux capture-pane -e -p` prints them, into SVG.

    tmux capture-pane -e -p | cells_to_svg.py COLUMNS [dark|light]

A run of cells of one style is one <text> whose length is given, so that columns stand below each other
whatever font the reader has; its background, where it has one, is one <rect>. A wide character counts two
cells, a combining one none. Box drawing is text too: line height and cell height are the same.
"""

import re
import sys
import unicodedata
from html import escape

CELL_WIDTH, CELL_HEIGHT, FONT_SIZE, MARGIN = 8.4, 16, 14, 10
BASE = 13  # of the letters, below the top of their cell
FONTS = "'DejaVu Sans Mono', 'Cascadia Mono', Menlo, Consolas, 'Liberation Mono', monospace"
GROUNDS = {"dark": ("#d7dae0", "#16181d"), "light": ("#22252b", "#fbfbf9")}
# The sixteen colours that a terminal may choose itself: xterm's, a little softer.
SIXTEEN = (
    "#000000 #cd3131 #2fa05a #b58900 #3a7bd5 #a44fbf #2a9aa6 #c8ccd4 "
    "#666a73 #f14c4c #45c07a #d7ba3a #5c9df0 #c678dd #56b6c2 #ffffff"
).split()
LEVELS = (0, 95, 135, 175, 215, 255)
SEQUENCE = re.compile(r"\x1b\[([0-9;:]*)m|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()].|\x0e|\x0f")


def indexed(number):
    """A colour of the table of 256."""
    if number < 16:
        return SIXTEEN[number]
    if number < 232:
        number -= 16
        parts = (number // 36, number // 6 % 6, number % 6)
        return "#%02x%02x%02x" % tuple(LEVELS[part] for part in parts)
    return "#%02x%02x%02x" % ((8 + (number - 232) * 10,) * 3)


class Style:
    """What the sequences so far come to."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.ink = self.ground = None
        self.marks = set()

    def apply(self, text):
        codes = [int(code or 0) for code in re.split("[;:]", text)] if text else [0]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.reset()
            elif code in (1, 2, 3, 4, 7):
                self.marks.add(code)
            elif code == 22:
                self.marks -= {1, 2}
            elif code in (23, 24, 27):
                self.marks.discard(code - 20)
            elif code in (38, 48):
                colour = self.colour(codes)
                if code == 38:
                    self.ink = colour
                else:
                    self.ground = colour
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.ink = SIXTEEN[code - 30 if code < 40 else code - 82]
            elif 40 <= code <= 47 or 100 <= code <= 107:
                self.ground = SIXTEEN[code - 40 if code < 50 else code - 92]
            elif code == 39:
                self.ink = None
            elif code == 49:
                self.ground = None

    @staticmethod
    def colour(codes):
        kind = codes.pop(0) if codes else 5
        if kind == 5:
            return indexed(codes.pop(0)) if codes else None
        parts = tuple(codes[:3])
        del codes[:3]
        return "#%02x%02x%02x" % parts if len(parts) == 3 else None

    def key(self, plain):
        ink, ground = self.ink or plain[0], self.ground
        if 7 in self.marks:
            ink, ground = ground or plain[1], ink
        return ink, ground, frozenset(self.marks & {1, 2, 3, 4})


def width(character):
    """How many cells a character takes."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def runs(line, style, plain):
    """Runs of one style: (first column, cells, text, style)."""
    column, found, at = 0, [], 0
    while at < len(line):
        sequence = SEQUENCE.match(line, at)
        if sequence:
            if sequence.group(1) is not None:
                style.apply(sequence.group(1))
            at = sequence.end()
            continue
        key, cells = style.key(plain), width(line[at])
        if found and found[-1][3] == key and cells != 2 and found[-1][4] != 2:
            found[-1][1] += cells
            found[-1][2] += line[at]
        elif cells == 0 and found:
            found[-1][2] += line[at]
        else:
            found.append([column, cells, line[at], key, cells])
        column += cells
        at += 1
    return found


def pieces(run):
    """A run without the blanks around its words: they need no text."""
    column, _, text, key, widest = run
    if widest == 2:
        yield column, 2, text, key
        return
    for match in re.finditer(r"\S+(?: \S+)*", text):
        before = sum(map(width, text[: match.start()]))
        yield column + before, sum(map(width, match.group())), match.group(), key


def svg(lines, columns, theme):
    plain = GROUNDS[theme]
    wide = columns * CELL_WIDTH + 2 * MARGIN
    high = len(lines) * CELL_HEIGHT + 2 * MARGIN
    style, grounds, texts, classes = Style(), [], [], {}
    for row, line in enumerate(lines):
        for run in runs(line, style, plain):
            ground = run[3][1]
            if ground:
                grounds.append(
                    '<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>'
                    % (MARGIN + run[0] * CELL_WIDTH, MARGIN + row * CELL_HEIGHT,
                       run[1] * CELL_WIDTH, CELL_HEIGHT, ground))
            for column, cells, text, (ink, _, marks) in pieces(run):
                name = classes.setdefault((ink, marks), "c%d" % len(classes))
                texts.append(
                    '<text class="%s" x="%.1f" y="%d" textLength="%.1f">%s</text>'
                    % (name, MARGIN + column * CELL_WIDTH,
                       MARGIN + row * CELL_HEIGHT + BASE, cells * CELL_WIDTH, escape(text)))
    looks = {1: "font-weight:bold", 2: "opacity:.7", 3: "font-style:italic", 4: "text-decoration:underline"}
    rules = "".join(
        ".%s{fill:%s%s}" % (name, ink, "".join(";" + looks[mark] for mark in sorted(marks)))
        for (ink, marks), name in classes.items())
    return "\n".join([
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" width="%.0f" height="%d">'
        % (wide, high, wide, high),
        '<style>text{font:%dpx %s;white-space:pre}%s</style>' % (FONT_SIZE, FONTS, rules),
        '<rect width="100%%" height="100%%" rx="6" fill="%s"/>' % plain[1],
        *grounds, *texts, "</svg>", ""])


def main():
    columns = int(sys.argv[1])
    theme = sys.argv[2] if len(sys.argv) > 2 else "dark"
    sys.stdout.write(svg(sys.stdin.read().rstrip("\n").split("\n"), columns, theme))


if __name__ == "__main__":
    main()
