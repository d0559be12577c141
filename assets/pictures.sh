#!/usr/bin/env bash
#
# Makes the pictures below assets/pictures of a real console on a real engine.
#
#     assets/pictures.sh [BATCHDECK]
#
# BATCHDECK is the program, by default the one that `swift build` made. The script gives it a home and a copy
# of the sample workspace of its own, starts it in tmux, plays keys, takes the cells with their colours and
# writes each screen as SVG (for the README) and as text (to compare). Names and times differ each time.
# Needs tmux and Python 3. Ends with 0 when all pictures were made.

set -Eeuo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
readonly root
readonly program=${1:-$root/.build/debug/batchdeck}
readonly folder=$root/assets/pictures

fail() {
    printf 'pictures: %s\n' "$*" >&2
    exit 1
}

[[ -x $program ]] || fail "no program at $program: swift build, or name another"
command -v tmux >/dev/null || fail 'tmux is needed: assets/setup.sh installs it'

home=$(mktemp -d)
readonly home
unset TMUX
export LANG=C.UTF-8 TERM=xterm-256color COLORTERM=truecolor
export BATCHDECK_HOME=$home/home BATCHDECK_WORKSPACE=$home/workspace
cp -R "$root/assets/workspace" "$home/workspace"

# A server that ends keeps its socket for a moment: each console has one of its own.
server=0
deck() { tmux -f /dev/null -S "$home/tmux-$server" "$@"; }

clean_up() {
    deck kill-server 2>/dev/null || true
    "$program" engine stop >/dev/null 2>&1 || true
    rm -rf "$home"
}
trap clean_up EXIT

# begin ROWS COLUMNS [OPTION…]: a console in a fresh terminal.
begin() {
    local rows=$1 columns=$2
    shift 2
    deck kill-server 2>/dev/null || true
    server=$((server + 1))
    deck new-session -d -s deck -x "$columns" -y "$rows" "$(printf '%q ' "$program" --no-tour "$@")"
    deck set-option -g escape-time 0
    deck set-option -g default-terminal tmux-256color
}

# keys KEY…: as tmux names them.
keys() {
    local key
    for key in "$@"; do deck send-keys -t deck "$key"; done
}

# await TEXT [SECONDS]: until the text stands on the screen.
await() {
    local end=$((SECONDS + ${2:-30}))
    until deck capture-pane -t deck -p | grep -qF -- "$1"; do
        ((SECONDS < end)) || fail "waited in vain for '$1' on: $(deck capture-pane -t deck -p)"
        sleep 0.1
    done
}

# take NAME: the screen as a picture and as text.
take() {
    sleep 0.5 # what is drawn behind the text that was waited for
    deck capture-pane -t deck -p >"$folder/$1.txt"
    deck capture-pane -t deck -e -p | python3 "$root/assets/cells_to_svg.py" \
        "$(deck display-message -t deck -p '#{pane_width}')" "${2:-dark}" >"$folder/$1.svg"
    printf 'pictures: %s\n' "$1"
}

# job ENDPOINT [OPTION…]: a job run to its end; its name.
job() { "$program" invoke -n "$@" --watch 2>/dev/null || true; }

mkdir -p "$folder"
job digits-batch -d nearest --input azureml:digits-data@latest >/dev/null
job wine-classifier --input azureml:wine-data@latest >/dev/null
job flaky-batch -d strict --input azureml:flaky-bad@latest >/dev/null

begin 30 100
await 'digits-batch'
keys g
sleep 1
take endpoints

keys n
await 'New job'
await 'digits-data' 20
take form

keys C-s
await 'Running' 60
sleep 1.5
take running
await 'Completed' 120

keys o
await 'predictions.csv' 30
sleep 1
take results
keys Escape
sleep 0.7
keys Escape
sleep 0.7

keys J
await 'Failed' 30
take jobs

keys F
sleep 0.7
keys g
keys Enter
await 'Failed' 30
sleep 1
keys 2
sleep 1.5
take failed

keys '?'
await 'Help: all keys'
take help

begin 30 100
await 'digits-batch'
keys g
sleep 1
keys n
await 'digits-data' 20
keys C-o
sleep 2
take picker

begin 30 100 --theme light
await 'digits-batch'
keys g
sleep 1
take light light

begin 16 60
await 'digits-batch'
keys g
sleep 1
take small
