"""Ten thousand keys at once (P6) and a list without a screen (P9)."""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

# The least that an ncurses program can do with a list: a window of the lines of a file, one of them selected.
FLOOR = r"""
#include <locale.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **words) {
    setlocale(LC_ALL, "");
    FILE *file = count > 1 ? fopen(words[1], "r") : NULL;
    if (!file) return 1;
    char **lines = NULL, *line = NULL;
    size_t capacity = 0, room = 0;
    long total = 0, selected = 0, first = 0;
    for (ssize_t length; (length = getline(&line, &room, file)) > 0; total++) {
        if ((size_t)total == capacity)
            lines = realloc(lines, (capacity = capacity ? 2 * capacity : 1024) * sizeof *lines);
        line[strcspn(line, "\n")] = 0;
        lines[total] = strdup(line);
    }
    initscr();
    raw();
    noecho();
    keypad(stdscr, TRUE);
    curs_set(0);
    for (int key = 0; key != 'q'; key = getch()) {
        int height = getmaxy(stdscr) - 1, width = getmaxx(stdscr);
        if (key == 'j' && selected + 1 < total) selected++;
        if (key == 'k' && selected > 0) selected--;
        if (selected < first) first = selected;
        if (selected >= first + height) first = selected - height + 1;
        for (int row = 0; row < height && first + row < total; row++) {
            if (first + row == selected) attron(A_REVERSE);
            mvprintw(row, 0, "%-*.*s", width, width, lines[first + row]);
            attroff(A_REVERSE);
        }
        mvprintw(height, 0, "%ld/%ld", selected + 1, total);
        clrtoeol();
        refresh();
    }
    endwin();
    return 0;
}
"""


def make_floor(scratch, rows=100_000):
    """The floor's command on so many lines; nothing where there is no C compiler or no ncurses."""
    if not shutil.which("cc"):
        return None
    source = pathlib.Path(scratch, "floor.c")
    source.write_text(FLOOR)
    program = str(source.with_suffix(""))
    built = subprocess.run(
        ["cc", "-O2", "-o", program, str(source), "-lncursesw"], capture_output=True)
    if built.returncode != 0:
        return None
    lines = pathlib.Path(scratch, "floor.txt")
    with open(lines, "w") as file:
        for index in range(rows):
            file.write(
                f"job-{index:07}  endpoint-{index % 97}  Completed  2026-11-{1 + index % 28:02}\n")
    return [program, str(lines)]


def flood(target, count=10_000):
    """Seconds from the first of so many keys to the last byte they caused; the row that is selected then, as text."""
    with target.open() as screen:
        if screen.wait_for(target.ready) is None:
            return None
        screen.settle(gap=0.5)
        if target.before:
            screen.press(target.before, gap=0.5)
        screen.output = b""
        os.set_blocking(screen.fd, False)
        keys = memoryview(target.keys * count)
        begun = last = time.perf_counter()
        while keys or time.perf_counter() - last < 0.6:
            if keys:
                try:
                    keys = keys[os.write(screen.fd, keys[:4096]):]
                    last = time.perf_counter()
                except BlockingIOError:
                    pass
            if screen.read(0.001 if keys else 0.1):
                last = time.perf_counter()
        return last - begun, screen.text()


def list_seconds(batchdeck, environment, home, reps):
    """Seconds of `endpoint list` from cold and of curl for the same page, in turn."""
    with open(f"{home}/state/connection.json") as file:
        connection = json.load(file)
    scope = (
        f"/subscriptions/{connection['subscription_id']}/resourceGroups/"
        f"{connection['resource_group']}/providers/Microsoft.MachineLearningServices/workspaces/"
        f"{connection['workspace_name']}"
    )
    url = f"{connection['url']}{scope}/batchEndpoints?api-version=2024-04-01"
    commands = {
        "batchdeck": [batchdeck, "endpoint", "list", "-o", "json"],
        "curl": ["curl", "-sf", "-H", f"Authorization: Bearer {connection['token']}", url],
    }
    found = {name: [] for name in commands}
    for repetition in range(reps + 1):
        for name, command in commands.items():
            begun = time.perf_counter()
            done = subprocess.run(command, env=environment, capture_output=True)
            seconds = time.perf_counter() - begun
            assert done.returncode == 0 and b"endpoint" in done.stdout, f"{name}: {done.stderr[-300:]}"
            if repetition:
                found[name].append(seconds)
    return {name: statistics.median(values) for name, values in found.items()}


def list_row(batchdeck, scratch, environment, reps, endpoints=100):
    """P9: prints both medians and the ratio."""
    if not shutil.which("curl"):
        return print("not installed and left out: curl")
    home = tempfile.mkdtemp(dir=scratch)
    environment = dict(environment, BATCHDECK_HOME=home)
    run = lambda *words: subprocess.run(
        [batchdeck, *words], env=environment, check=True, capture_output=True)
    run("engine", "seed", "--state", f"{home}/state", "--jobs", "1000", "--endpoints", str(endpoints))
    try:
        run("engine", "start")
        found = list_seconds(batchdeck, environment, home, reps)
    finally:
        run("engine", "stop")
    ours, curl = found["batchdeck"], found["curl"]
    print(
        f"\nP9 {endpoints} endpoints listed from cold   batchdeck {ours * 1000:.1f} ms   "
        f"curl {curl * 1000:.1f} ms   ours/this {ours / curl:.2f}"
    )
