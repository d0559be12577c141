#!/usr/bin/env bash
#
# Installs what batchdeck needs to build, test and run, and checks for a Swift toolchain.
#
#     assets/setup.sh
#
# Debian and Ubuntu: the headers of ncurses and SQLite, tmux (the tests drive a real terminal with
# it), openssl (they make certificates with it) and Python 3 with venv (it runs scoring scripts, and
# the tests install the official client), through apt-get. macOS: tmux and Python 3 through Homebrew;
# ncurses and SQLite come with the SDK. Elsewhere it only says what is missing. rclone and strace are
# installed where apt-get has them; without them the tests skip them by name.
# It may be run any number of times: when all is there, no package manager is called.
# Ends with 0 when everything is there, otherwise with 1 and what to do next.

set -Eeuo pipefail

# The oldest versions that work: Package.swift asks for the one, the sample scripts for the other.
readonly SWIFT_NEEDED=6.2
readonly PYTHON_NEEDED=3.8

say() { printf 'setup: %s\n' "$*"; }

# What we tried, what came back, what to do next.
fail() {
    printf 'setup: %s\nsetup: %s\nsetup: next: %s\n' "$1" "$2" "$3" >&2
    exit 1
}

# For a failure that no other message covers: bash runs this just before it leaves by set -e, in
# functions too because of -E.
step='starting'
trap 'printf "setup: stopped while %s (line %s)\n" "$step" "$LINENO" >&2' ERR

has() { command -v "$1" >/dev/null 2>&1; }

# at_least 6.3.1 6.2: whether the first version is the second one or newer.
at_least() {
    local -a have need
    IFS=. read -r -a have <<<"$1"
    IFS=. read -r -a need <<<"$2"
    local have_minor=${have[1]:-0} need_minor=${need[1]:-0}
    ((have[0] > need[0] || (have[0] == need[0] && have_minor >= need_minor)))
}

# Runs a command as root: directly, or through sudo.
as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

deb_is_installed() {
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

set_up_debian() {
    step='looking for packages'
    local -a missing=()
    deb_is_installed libncurses-dev || missing+=(libncurses-dev)
    deb_is_installed libsqlite3-dev || missing+=(libsqlite3-dev)
    # These two are asked for by name of the program: any copy on the search path will do.
    has tmux || missing+=(tmux)
    has python3 || missing+=(python3)
    has openssl || missing+=(openssl)
    python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing+=(python3-venv)
    if [[ ${#missing[@]} -eq 0 ]]; then
        say 'all packages are installed'
        add_optional rclone
        add_optional strace
        return
    fi

    step="installing ${missing[*]}"
    if [[ $(id -u) -ne 0 ]] && ! has sudo; then
        fail "Wanted to install: ${missing[*]}" 'Not root, and there is no sudo.' \
            "as root: apt-get update && apt-get install ${missing[*]}"
    fi
    say "installing ${missing[*]}"
    # Package lists may be absent (fresh containers) or stale, so they are fetched first.
    as_root apt-get update --quiet ||
        fail 'Ran: apt-get update' 'It failed; its own message stands above.' \
            'check the network, the proxy and the apt sources, then run this script again'
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --quiet --no-install-recommends "${missing[@]}" ||
        fail "Ran: apt-get install ${missing[*]}" 'It failed; its own message stands above.' \
            'put right what apt-get says, then run this script again'
    add_optional rclone
    add_optional strace
}

# Nothing but one test needs it, so failing to get it is no failure.
add_optional() {
    step="looking for $1"
    has "$1" && return
    if [[ $(id -u) -ne 0 ]] && ! has sudo; then
        say "note: $1 is not there; the test that drives it is skipped"
        return
    fi
    say "installing $1"
    local -a install=(env DEBIAN_FRONTEND=noninteractive
        apt-get install --yes --quiet --no-install-recommends "$1")
    # The second try is for package lists that are absent or stale.
    as_root "${install[@]}" || { as_root apt-get update --quiet && as_root "${install[@]}"; } ||
        say "note: $1 could not be installed; the test that drives it is skipped"
}

set_up_macos() {
    step='looking for the macOS SDK'
    xcode-select --print-path >/dev/null 2>&1 ||
        fail 'Looked for the macOS SDK (headers of ncurses and SQLite).' \
            'xcode-select knows none.' 'xcode-select --install, then run this script again'

    local -a missing=()
    has tmux || missing+=(tmux)
    has python3 || missing+=(python3)
    if [[ ${#missing[@]} -eq 0 ]]; then
        say 'tmux and python3 are installed'
    else
        step="installing ${missing[*]}"
        has brew || fail "Wanted to install: ${missing[*]}" 'There is no brew.' \
            'install Homebrew (https://brew.sh) or these programs in another way'
        say "installing ${missing[*]}"
        brew install "${missing[@]}" ||
            fail "Ran: brew install ${missing[*]}" 'It failed; its own message stands above.' \
                'put right what brew says, then run this script again'
    fi
    # Apple's libncurses draws wide characters, but there is no libncursesw beside it.
    say 'note: the SDK calls its wide-character library ncurses, Linux calls it ncursesw. If the'
    say '      linker misses ncursesw: brew install ncurses, then build with'
    say '      PKG_CONFIG_PATH set to <prefix>/lib/pkgconfig, where <prefix> is what'
    say '      "brew --prefix ncurses" prints.'
}

set_up_elsewhere() {
    step='looking for libraries and programs'
    local -a missing=()
    [[ -e /usr/include/ncurses.h || -e /usr/include/ncursesw/ncurses.h ]] ||
        missing+=('the headers of ncurses with wide characters')
    [[ -e /usr/include/sqlite3.h ]] || missing+=('the headers of SQLite 3')
    has tmux || missing+=(tmux)
    has python3 || missing+=('Python 3')
    [[ ${#missing[@]} -gt 0 ]] || {
        say 'libraries and programs are there'
        return
    }
    local list
    list=$(printf '%s, ' "${missing[@]}")
    fail "Looked for what batchdeck needs; missing: ${list%, }." \
        'There is no apt-get or brew here, so this script cannot install it.' \
        "install it with your system's package manager, then run this script again"
}

check_python() {
    step='asking python3 for its version'
    local version
    version=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])') ||
        fail 'Ran: python3' 'It does not start.' 'repair the python3 that is first on PATH'
    at_least "$version" "$PYTHON_NEEDED" ||
        fail "Looked for Python $PYTHON_NEEDED or newer." "python3 is $version." \
            'put a newer python3 first on PATH'
    say "python3 is $version"
}

check_swift() {
    step='asking swift for its version'
    local next='install Swift from https://www.swift.org/install (swiftly does it for one user)'
    has swift ||
        fail "Looked for Swift $SWIFT_NEEDED or newer." 'There is no swift on PATH.' "$next"
    local answer
    answer=$(swift --version 2>&1) ||
        fail 'Ran: swift --version' "$answer" "repair the toolchain, or $next"
    # "Swift version 6.3.1 (swift-6.3.1-RELEASE)", on macOS with "Apple" before it.
    if ! [[ $answer =~ Swift\ version\ ([0-9]+(\.[0-9]+)*) ]]; then
        fail 'Ran: swift --version' "It names no version: $answer" "$next"
    fi
    local version=${BASH_REMATCH[1]}
    at_least "$version" "$SWIFT_NEEDED" ||
        fail "Looked for Swift $SWIFT_NEEDED or newer." "swift is $version." "$next"
    say "swift is $version"
}

main() {
    case $(uname -s) in
        Darwin) set_up_macos ;;
        *) if has apt-get && has dpkg-query; then set_up_debian; else set_up_elsewhere; fi ;;
    esac
    check_python
    check_swift
    say 'ready: swift build'
}

main "$@"
