/*
 * Whatever happens, the user gets a working shell back.
 *
 * Three ways a program ends without closing its terminal, and what is done about each:
 *   exit()            atexit restores.
 *   a fatal signal    the handler writes bytes prepared at opening, sets the saved modes, puts the
 *                     earlier handler back and raises the signal again, so that core dumps, exit
 *                     status and the runtime's own backtrace stay as they were. It calls only
 *                     write, tcsetattr, sigaction and raise, which are safe there.
 *   SIGTERM and kin   only noted; the terminal thread restores and ends in its own time. The second
 *                     one of the same kind restores and exits at once, should that thread be stuck.
 */
#include "CNcurses.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int fatalSignals[] = {SIGSEGV, SIGABRT, SIGTRAP, SIGILL, SIGBUS, SIGFPE};
static const int routedSignals[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT};
enum { fatalCount = 6, routedCount = 6 };

static struct sigaction earlierFatal[fatalCount];
static struct sigaction earlierRouted[routedCount];
static atomic_bool isArmed;
static atomic_int arrived;
static atomic_int wake = -1;
static int guardedInput = -1;
static int guardedOutput = -1;
static struct termios savedModes;
static char restoreBytes[512];
static atomic_size_t restoreLength;

static void restore(void) {
    if (!atomic_exchange(&isArmed, false)) return;
    size_t length = atomic_load(&restoreLength);
    const char *place = restoreBytes;
    while (length > 0) {
        ssize_t written = write(guardedOutput, place, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) break;
        place += written;
        length -= (size_t)written;
    }
    /* TCSANOW: waiting for output to drain could wait for ever on a stopped terminal. */
    tcsetattr(guardedInput, TCSANOW, &savedModes);
}

static void onFatal(int number) {
    int saved = errno;
    restore();
    for (int index = 0; index < fatalCount; index++) {
        if (fatalSignals[index] == number) sigaction(number, &earlierFatal[index], NULL);
    }
    raise(number);
    errno = saved;
}

static int bitOf(int number) {
    switch (number) {
    case SIGWINCH: return BDSignalResize;
    case SIGTERM: return BDSignalTerminate;
    case SIGHUP: return BDSignalHangup;
    case SIGINT: return BDSignalInterrupt;
    case SIGTSTP: return BDSignalStop;
    default: return BDSignalContinue;
    }
}

static void onRouted(int number) {
    int saved = errno;
    int bit = bitOf(number);
    int before = atomic_fetch_or(&arrived, bit);
    int ends = BDSignalTerminate | BDSignalHangup | BDSignalInterrupt;
    if ((bit & ends) != 0 && (before & bit) != 0) {
        restore();
        _exit(128 + number);
    }
    char byte = 0;
    /* A full pipe wakes the reader as well as one more byte would. */
    if (write(atomic_load(&wake), &byte, 1) < 0) errno = saved;
    errno = saved;
}

/* A stack overflow leaves no stack for its handler; this one serves the thread that opened. */
static void useOwnSignalStack(void) {
    static char memory[64 * 1024];
    stack_t stack;
    if (sigaltstack(NULL, &stack) != 0 || (stack.ss_flags & SS_DISABLE) == 0) return;
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = memory;
    stack.ss_size = sizeof memory;
    sigaltstack(&stack, NULL);
}

bool bdGuardArm(int input, int output) {
    static atomic_bool hasExitHook;
    if (tcgetattr(input, &savedModes) != 0) return false;
    guardedInput = input;
    guardedOutput = output;
    atomic_store(&restoreLength, 0);
    if (!atomic_exchange(&hasExitHook, true)) atexit(restore);
    useOwnSignalStack();
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = onFatal;
    action.sa_flags = SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int index = 0; index < fatalCount; index++) {
        sigaction(fatalSignals[index], &action, &earlierFatal[index]);
    }
    atomic_store(&isArmed, true);
    return true;
}

void bdGuardSetBytes(const char *bytes) {
    size_t length = atomic_load(&restoreLength);
    size_t more = strlen(bytes);
    if (length + more > sizeof restoreBytes) more = sizeof restoreBytes - length;
    memcpy(restoreBytes + length, bytes, more);
    atomic_store(&restoreLength, length + more);
}

void bdGuardDisarm(void) {
    if (!atomic_exchange(&isArmed, false)) return;
    tcsetattr(guardedInput, TCSANOW, &savedModes);
    for (int index = 0; index < fatalCount; index++) {
        sigaction(fatalSignals[index], &earlierFatal[index], NULL);
    }
}

bool bdSignalsInstall(int wakeDescriptor) {
    atomic_store(&arrived, 0);
    atomic_store(&wake, wakeDescriptor);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = onRouted;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (int index = 0; index < routedCount; index++) {
        if (sigaction(routedSignals[index], &action, &earlierRouted[index]) != 0) return false;
    }
    /* Whoever started us may have left them blocked: a blocked SIGTERM would never end the program. */
    sigset_t routed;
    sigemptyset(&routed);
    for (int index = 0; index < routedCount; index++) sigaddset(&routed, routedSignals[index]);
    pthread_sigmask(SIG_UNBLOCK, &routed, NULL);
    return true;
}

void bdSignalsRemove(void) {
    for (int index = 0; index < routedCount; index++) {
        sigaction(routedSignals[index], &earlierRouted[index], NULL);
    }
    atomic_store(&wake, -1);
}

int bdSignalsTake(void) { return atomic_exchange(&arrived, 0); }

void bdStopProcess(void) {
    struct sigaction standard, routed;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    sigemptyset(&standard.sa_mask);
    sigaction(SIGTSTP, &standard, &routed);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &routed, NULL);
}
