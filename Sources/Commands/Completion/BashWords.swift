/// What the parser's script for bash lacks: words that hold a colon.
///
/// It is put behind that script, and takes its place as what bash asks.
enum BashWords {
    /// The function, and the line that tells bash of it; for bash 3.2 and newer, though only 4 and newer leave the backslash out.
    static let script = #"""

        # Bash ends a word at a colon and at an @, which the names of data hold. The words are put together again as they stand
        # on the line, and what bash keeps of the last one anyway is taken off each completion.
        _batchdeck_whole_words() {
            local line="${COMP_LINE}" word
            local -a words=()
            local -i index at=0
            for index in "${!COMP_WORDS[@]}"; do
                word="${COMP_WORDS[index]}"
                if [[ index -gt 0 && -n "${line}" && "${line}" != [[:blank:]]* ]]; then
                    words[${#words[@]} - 1]+="${word}"
                else
                    line="${line#"${line%%[![:blank:]]*}"}"
                    words+=("${word}")
                fi
                line="${line#"${word}"}"
                if [[ index -eq COMP_CWORD ]]; then at=$((${#words[@]} - 1)); fi
            done
            local -a COMP_WORDS=("${words[@]}")
            local -i COMP_CWORD="${at}"
            local current="${words[at]}" previous=''
            if [[ at -gt 0 ]]; then previous="${words[at - 1]}"; fi
            _batchdeck "${1}" "${current}" "${previous}"
            # The name of an asset is no file's: its colon needs no backslash.
            if [[ "${COMPREPLY[*]}" == *:* ]]; then compopt +o filenames 2>/dev/null; fi
            local kept="${current%"${current##*[${COMP_WORDBREAKS}]}"}"
            # An @ is given to what follows it.
            kept="${kept%@}"
            for index in "${!COMPREPLY[@]}"; do COMPREPLY[index]="${COMPREPLY[index]#"${kept}"}"; done
        }

        complete -o filenames -F _batchdeck_whole_words batchdeck

        """#
}
