#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What work costs, told from how busy the machine is beside it: a bound on it holds under any load.
public enum ProcessorTime {
    /// Time that all threads of this process have had on a processor.
    public static var used: Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
