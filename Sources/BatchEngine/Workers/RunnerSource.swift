/// The program a worker process runs: Python 3.8 or later, standard library only.
///
/// What it does and why:
/// - It imports as little as it can: starting is most of the time of a small job. `logging`, `traceback` and `json` are loaded only
///   when a script uses them or fails.
/// - Descriptors 3 (commands), 4 (results) and 5 (lifeline) belong to it; 0 is empty, 1 and 2 lead to the script's log files. None of the
///   three survives into a program the script starts, nor into a forked child.
/// - The lifeline is a pipe that only the engine holds the other end of, and in which nothing is ever written. When the engine
///   dies, however it dies, the kernel sends SIGKILL to the worker's whole process group: the signal of the pipe is set to
///   KILL, so it works even while the script is in C code that never lets Python run. Where that cannot be set, a thread
///   waits for the end of the pipe instead.
/// - A result is its rows as bytes, exactly as they go to the output file (ES §3.4).
enum RunnerSource {
    /// The file that is run. It only imports the other, because Python keeps compiled what is imported, not what is run: that
    /// saves 7 ms of every start. The guard is for scripts that use `multiprocessing`, whose children import this file again.
    static let starterName = "main.py"
    static let starter = """
        import batchdeck_worker

        if __name__ == "__main__":
            batchdeck_worker.main()
            batchdeck_worker.leave()

        """

    /// The file that does the work.
    static let moduleName = "batchdeck_worker.py"
    static let module = #"""
        import os
        import sys
        from time import perf_counter_ns, process_time_ns

        COMMANDS, RESULTS, LIFELINE = 3, 4, 5
        WRONG_TYPE = (
            "The run() method in the entry script should return a list or a pandas DataFrame."
            " The length of returned result is considered as succeeded number of items."
            " The actual type of output is %s."
        )


        class WrongReturnType(Exception):
            pass


        def send(kind, *parts):
            body = kind + b"".join(parts)
            frame = len(body).to_bytes(4, "little") + body
            sent = os.write(RESULTS, frame)
            while sent < len(frame):
                sent += os.write(RESULTS, memoryview(frame)[sent:])


        def encoded(text):
            return text.encode("utf-8", "surrogateescape")


        def describe(error, own_frames):
            """One line, and the whole trace without the frames of this file."""
            import traceback

            trace = error.__traceback__
            for _ in range(own_frames):
                if trace is not None and trace.tb_next is not None:
                    trace = trace.tb_next
            kind = type(error)
            line = "".join(traceback.format_exception_only(kind, error)).strip()
            text = "".join(traceback.format_exception(kind, error, trace))
            return encoded(line.replace("\0", " ")), encoded(text.replace("\0", " "))


        def hold_lifeline():
            close_strangers()
            for descriptor in (COMMANDS, RESULTS, LIFELINE):
                os.set_inheritable(descriptor, False)
            os.register_at_fork(after_in_child=drop_descriptors)
            try:
                import fcntl

                fcntl.fcntl(LIFELINE, fcntl.F_SETSIG, 9)
                fcntl.fcntl(LIFELINE, fcntl.F_SETOWN, -os.getpid())
                flags = fcntl.fcntl(LIFELINE, fcntl.F_GETFL)
                fcntl.fcntl(LIFELINE, fcntl.F_SETFL, flags | os.O_ASYNC)
            except (ImportError, AttributeError, OSError):
                import _thread

                _thread.start_new_thread(watch_lifeline, ())
            if is_engine_gone():
                os.killpg(0, 9)


        def close_strangers():
            try:
                numbers = [int(name) for name in os.listdir("/dev/fd")]
            except OSError:
                numbers = range(4096)
            for number in numbers:
                if number > LIFELINE:
                    try:
                        os.close(number)
                    except OSError:
                        pass


        def is_engine_gone():
            os.set_blocking(LIFELINE, False)
            try:
                return os.read(LIFELINE, 1) == b""
            except BlockingIOError:
                return False


        def watch_lifeline():
            import select

            waiter = select.poll()
            waiter.register(LIFELINE, select.POLLHUP)
            waiter.poll()
            os.killpg(0, 9)


        def drop_descriptors():
            for descriptor in (COMMANDS, RESULTS, LIFELINE):
                try:
                    os.close(descriptor)
                except OSError:
                    pass


        def configure_logging(level):
            import logging

            root = logging.getLogger()
            if root.handlers:
                return
            handler = logging.StreamHandler(sys.stdout)
            handler.setFormatter(
                logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
            root.addHandler(handler)
            root.setLevel(level.upper())


        def install_entry_script(
                agent_name, log_dir, output_dir, working_dir, level, log_limit, log_notice):
            """The module azureml_user.parallel_run, as far as scripts use it."""

            class EntryScript:
                _only = None

                def __new__(cls):
                    if cls._only is None:
                        cls._only = super().__new__(cls)
                    return cls._only

                @property
                def logger(self):
                    import logging

                    logger = logging.getLogger("azureml_user.parallel_run.entry_script")
                    if not logger.handlers:
                        os.makedirs(log_dir, exist_ok=True)
                        path = os.path.join(log_dir, agent_name + ".log.txt")

                        class CappedHandler(logging.FileHandler):
                            is_full = False

                            def emit(self, record):
                                if self.is_full or self.stream is None:
                                    return
                                size = len(encoded(self.format(record))) + 1
                                room = log_limit - len(log_notice) - 2 - self.stream.tell()
                                if size <= room:
                                    return super().emit(record)
                                self.is_full = True
                                self.stream.write("\n" + log_notice + "\n")
                                self.flush()

                        handler = CappedHandler(path, encoding="utf-8")
                        handler.setFormatter(
                            logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
                        logger.addHandler(handler)
                        logger.setLevel(level.upper())
                        logger.propagate = False
                    return logger

                @property
                def log_dir(self):
                    return log_dir

                @property
                def output_dir(self):
                    return output_dir

                @property
                def working_dir(self):
                    return working_dir

                @property
                def agent_name(self):
                    return agent_name

            module_type = type(sys)
            package = module_type("azureml_user")
            package.__path__ = []
            module = module_type("azureml_user.parallel_run")
            module.EntryScript = EntryScript
            package.parallel_run = module
            sys.modules["azureml_user"] = package
            sys.modules["azureml_user.parallel_run"] = module


        def load(path, level):
            with open(path, "rb") as file:
                source = file.read()
            if b"logging" in source:
                configure_logging(level)
            name = os.path.splitext(os.path.basename(path))[0]
            module = type(sys)(name)
            module.__file__ = path
            sys.modules[name] = module
            exec(compile(source, path, "exec"), module.__dict__)
            return module


        def rows_of(result, wants_rows):
            """How many items succeeded, and their lines (ES 3.3 and 3.4)."""
            if isinstance(result, (list, tuple)):
                if not wants_rows:
                    return len(result), b""
                return len(result), encoded("".join([str(item) + "\n" for item in result]))
            pandas = sys.modules.get("pandas")
            frame_type = getattr(pandas, "DataFrame", None)
            if frame_type is not None and isinstance(result, frame_type):
                if not wants_rows:
                    return len(result), b""
                text = result.to_csv(None, sep=" ", header=False, index=False)
                return len(result), encoded(text)
            raise WrongReturnType(WRONG_TYPE % type(result).__name__)


        def work(run, read, wants_rows, folder):
            """Runs mini-batches until the engine says goodbye."""
            decode = os.fsdecode
            while True:
                head = read(4)
                if len(head) < 4:
                    os.killpg(0, 9)
                body = read(int.from_bytes(head, "little"))
                if body[:1] != b"R":
                    return
                batch = [decode(folder + name) for name in body[1:].split(b"\0")]
                began, used = perf_counter_ns(), process_time_ns()
                try:
                    result = run(batch)
                    times = spent(began, used)
                    count, rows = rows_of(result, wants_rows)
                except BaseException as error:
                    times = spent(began, used)
                    own = 2 if isinstance(error, WrongReturnType) else 1
                    line, text = describe(error, own)
                    send(b"F", times, line, b"\0", text)
                else:
                    send(b"D", times, count.to_bytes(4, "little"), rows)


        def spent(began, used):
            """Time since then, by the clock and by the processor."""
            run = perf_counter_ns() - began
            return run.to_bytes(8, "little") + (process_time_ns() - used).to_bytes(8, "little")


        def main():
            hold_lifeline()
            read = open(COMMANDS, "rb", closefd=False).read
            head = read(4)
            if len(head) < 4:
                return
            fields = read(int.from_bytes(head, "little")).split(b"\0")
            folder = fields.pop()
            texts = [os.fsdecode(field) for field in fields]
            script, code, action, level, agent, log_dir, output_dir, working_dir = texts[:8]
            log_limit, log_notice = int(texts[8]), texts[9]
            os.chdir(working_dir)
            sys.dont_write_bytecode = True
            sys.path[0] = code
            if os.path.dirname(script) != code:
                sys.path.insert(0, os.path.dirname(script))
            sys.argv[:] = [script, "--logging_level", level]
            install_entry_script(
                agent, log_dir, output_dir, working_dir, level, log_limit, log_notice)
            began = perf_counter_ns()
            own_frames = 2
            try:
                module = load(script, level)
                if "logging" in sys.modules:
                    configure_logging(level)
                own_frames = 1
                module.init()
                run = module.run
            except BaseException as error:
                line, text = describe(error, own_frames)
                send(b"X", line, b"\0", text)
                return
            send(b"I", (perf_counter_ns() - began).to_bytes(8, "little"))
            work(run, read, action == "append_row", folder)
            try:
                if hasattr(module, "shutdown"):
                    module.shutdown()
            except BaseException as error:
                line, text = describe(error, 1)
                send(b"S", line, b"\0", text)


        def leave():
            """Ends without the slow dismantling of the interpreter, but with what scripts rely on."""
            import atexit

            atexit._run_exitfuncs()
            for stream in (sys.stdout, sys.stderr):
                try:
                    stream.flush()
                except (OSError, ValueError, AttributeError):
                    pass
            os._exit(0)

        """#

    /// Writes both into a folder, unless they are there already.
    ///
    /// - Returns: the file to run.
    static func install(in folder: String) throws -> String {
        try FileCalls.makeFolders(folder)
        for (name, text) in [(moduleName, module), (starterName, starter)] {
            let path = "\(folder)/\(name)"
            let bytes = Array(text.utf8)
            if FileCalls.contents(of: path) != bytes { try FileCalls.replace(path, with: bytes) }
        }
        return "\(folder)/\(starterName)"
    }
}
