/*
 * Drawing through ncurses. The picture arrives as runs of changed cells; ncurses keeps its own copy
 * of the terminal, and finds the cheapest cursor moves, erasures and scrolls.
 *
 * Our table of character widths and the C library's need not agree, and a disagreement would shift
 * the rest of the row. So every cell is measured again here and made to take the columns it was
 * given: what the library thinks narrower is padded, two narrow letters in a wide cell (a flag) are
 * put side by side, and what cannot be shown becomes a question mark.
 */
/* wcwidth and the wide half of curses; the definitions must come before any system header. */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#define _DEFAULT_SOURCE
#include "CNcurses.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

static SCREEN *screen;
static FILE *inputStream;
static FILE *outputStream;

static FILE *duplicate(int descriptor, const char *mode) {
    int copy = dup(descriptor);
    if (copy < 0) return NULL;
    FILE *stream = fdopen(copy, mode);
    if (stream == NULL) close(copy);
    return stream;
}

static void closeStreams(void) {
    if (inputStream != NULL) fclose(inputStream);
    if (outputStream != NULL) fclose(outputStream);
    inputStream = NULL;
    outputStream = NULL;
}

static const char *capability(const char *name) {
    const char *text = tigetstr(name);
    return text == (const char *)-1 || text == NULL ? "" : text;
}

/* The escape sequences of terminfo hold delays as $<5>; what restores a terminal needs none. */
static void appendWithoutDelays(char *target, size_t size, const char *text) {
    size_t length = strlen(target);
    for (const char *place = text; *place != '\0' && length + 1 < size; place++) {
        const char *end = place[0] == '$' && place[1] == '<' ? strchr(place, '>') : NULL;
        if (end != NULL) {
            place = end;
        } else {
            target[length++] = *place;
        }
    }
    target[length] = '\0';
}

static void prepareRestoreBytes(void) {
    static const char *const names[] = {"sgr0", "op", "rmkx", "cnorm", "rmcup"};
    char bytes[256] = "";
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        appendWithoutDelays(bytes, sizeof bytes, capability(names[index]));
    }
    bdGuardSetBytes(bytes);
}

bool bdOpen(const char *name, int input, int output) {
    /* Only the character encoding: LC_NUMERIC would change how the whole program reads numbers. */
    setlocale(LC_CTYPE, "");
    inputStream = duplicate(input, "r");
    outputStream = duplicate(output, "w");
    if (inputStream == NULL || outputStream == NULL) {
        closeStreams();
        return false;
    }
    use_env(TRUE);
    use_tioctl(TRUE);
    screen = newterm(name, outputStream, inputStream);
    if (screen == NULL) {
        closeStreams();
        return false;
    }
    set_term(screen);
    prepareRestoreBytes();
    raw();
    noecho();
    nonl();
    idlok(stdscr, TRUE);
    leaveok(stdscr, FALSE);
    /* ncurses would stop drawing whenever a key waits; we drain the keys before we draw. */
    typeahead(-1);
    curs_set(0);
    return true;
}

int bdStartColours(void) {
    if (!has_colors() || start_color() != OK) return 0;
    use_default_colors();
    return tigetflag("RGB") > 0 || tigetnum("RGB") > 0 ? 1 << 24 : COLORS;
}

int bdPairLimit(void) { return COLOR_PAIRS; }

bool bdDefinePair(int pair, int foreground, int background) {
    return init_extended_pair(pair, foreground, background) == OK;
}

bool bdIsUTF8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

static attr_t attributesOf(uint16_t bits) {
    attr_t attributes = A_NORMAL;
    if (bits & BDBold) attributes |= A_BOLD;
    if (bits & BDUnderline) attributes |= A_UNDERLINE;
    if (bits & BDReverse) attributes |= A_REVERSE;
    if (bits & BDDim) attributes |= A_DIM;
    if (bits & BDItalic) attributes |= A_ITALIC;
    return attributes;
}

/* Makes one cell of ncurses of a printable letter of ASCII. Neighbours mostly look alike, so the look is made once for all
 * of them: setcchar would measure and clear a cell for each. */
static void makeLetter(cchar_t *target, wchar_t letter, const BDCell *cell) {
    static cchar_t last;
    static int pair = -1;
    static uint16_t attributes;
    if (pair != cell->pair || attributes != cell->attributes) {
        pair = cell->pair;
        attributes = cell->attributes;
        setcchar(&last, L" ", attributesOf(attributes), 0, &pair);
    }
    *target = last;
    target->chars[0] = letter;
}

/* Makes one cell of ncurses; falls back to the first letter alone, then to a question mark. */
static void makeCell(cchar_t *target, const wchar_t *text, const BDCell *cell) {
    int pair = cell->pair;
    attr_t attributes = attributesOf(cell->attributes);
    if (setcchar(target, text, attributes, 0, &pair) == OK) return;
    wchar_t first[2] = {text[0], L'\0'};
    if (setcchar(target, first, attributes, 0, &pair) == OK) return;
    setcchar(target, L"?", attributes, 0, &pair);
}

/* Writes one or two cells of ncurses that take exactly the cell's width; returns how many. */
static int convert(const BDCell *cell, cchar_t *target) {
    uint32_t letter = cell->scalars[0];
    if (letter >= 0x20 && letter < 0x7F && cell->scalars[1] == 0 && cell->width == 1) {
        makeLetter(target, (wchar_t)letter, cell);
        return 1;
    }
    wchar_t first[4] = {(wchar_t)letter, L'\0', L'\0', L'\0'};
    wchar_t second[4] = {L'\0', L'\0', L'\0', L'\0'};
    int width = wcwidth(first[0]);
    if (width <= 0 || width > cell->width) {
        first[0] = L'?';
        width = 1;
    } else {
        wchar_t *place = first + 1;
        for (int index = 1; index < 3 && cell->scalars[index] != 0; index++) {
            wchar_t letter = (wchar_t)cell->scalars[index];
            int taken = wcwidth(letter);
            if (taken == 1 && width == 1 && cell->width == 2 && second[0] == L'\0') {
                place = second;
            } else if (taken != 0 || letter == 0x200D) {
                break;
            }
            *place++ = letter;
        }
    }
    makeCell(target, first, cell);
    if (width == cell->width) return 1;
    makeCell(target + 1, second[0] != L'\0' ? second : L" ", cell);
    return 2;
}

void bdPut(int row, int column, const BDCell *cells, int count) {
    enum { chunk = 128 };
    cchar_t converted[chunk + 2];
    int used = 0, start = column, place = column;
    for (int index = 0; index < count; index++) {
        if (place + cells[index].width > COLS) break;
        used += convert(&cells[index], converted + used);
        place += cells[index].width;
        if (used >= chunk) {
            mvadd_wchnstr(row, start, converted, used);
            start = place;
            used = 0;
        }
    }
    if (used > 0) mvadd_wchnstr(row, start, converted, used);
}

void bdCursor(int row, int column) {
    if (row < 0 || row >= LINES || column < 0 || column >= COLS) {
        /* A hidden cursor may stay wherever drawing left it: that saves moving it back. */
        leaveok(stdscr, TRUE);
        curs_set(0);
        return;
    }
    leaveok(stdscr, FALSE);
    curs_set(1);
    move(row, column);
}

void bdErase(void) { erase(); }

void bdFlush(bool whole) {
    if (whole) clearok(stdscr, TRUE);
    wnoutrefresh(stdscr);
    doupdate();
}

void bdResize(int rows, int columns) {
    resizeterm(rows, columns);
    erase();
}

bool bdScreenSize(int descriptor, int *rows, int *columns) {
    struct winsize answer;
    if (ioctl(descriptor, TIOCGWINSZ, &answer) != 0) return false;
    if (answer.ws_row == 0 || answer.ws_col == 0) return false;
    *rows = answer.ws_row;
    *columns = answer.ws_col;
    return true;
}

void bdSuspend(void) { endwin(); }

void bdResume(void) {
    reset_prog_mode();
    clearok(curscr, TRUE);
}

void bdClose(void) {
    if (screen == NULL) return;
    endwin();
    delscreen(screen);
    screen = NULL;
    closeStreams();
}
