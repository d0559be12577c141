// No arguments, or only options of its own: the console, on a screen or in lines. Anything else is a verb.
//
// The two ways part before anything costly is touched: the console's first picture comes from one small file, and what it
// costs to open HTTP clients, databases and argument parsers is paid behind it.

import Commands

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

let arguments = Array(CommandLine.arguments.dropFirst())
if let options = ConsoleOptions(arguments) {
    exit(
        LinearProgram.isWanted(options)
            ? await LinearProgram.run(options) : ConsoleProgram.run(options))
} else {
    exit(await HeadlessProgram.run(arguments))
}
