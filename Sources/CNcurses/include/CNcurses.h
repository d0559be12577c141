/*
 * What the console needs of ncurses, in types Swift can import.
 *
 * ncurses itself cannot be named from Swift 6: stdscr is a mutable global, WINDOW is a different
 * struct on every system, attributes are macros and several calls are variadic. This header shows
 * none of it. There is one screen per process, as signal handlers and atexit need it; all calls but
 * bdScreenSize belong to one thread at a time.
 */
#ifndef BATCHDECK_CNCURSES_H
#define BATCHDECK_CNCURSES_H

#include <stdbool.h>
#include <stdint.h>

/* Attribute bits of BDCell, the same as ConsoleGrid's Attributes. */
enum { BDBold = 1, BDUnderline = 2, BDReverse = 4, BDDim = 8, BDItalic = 16 };

/* One cell: up to three scalars (0 = none), attribute bits, a colour pair, and its width 1 or 2. */
typedef struct {
    uint32_t scalars[3];
    uint16_t attributes;
    uint8_t width;
    int32_t pair;
} BDCell;

/* Signals that arrived since the last question, one bit each. */
enum {
    BDSignalResize = 1,
    BDSignalTerminate = 2,
    BDSignalHangup = 4,
    BDSignalInterrupt = 8,
    BDSignalStop = 16,
    BDSignalContinue = 32
};

/* screen.c */

/* Opens the terminal of this name on two descriptors; false when terminfo does not know it or it
 * cannot move its cursor. Takes no ownership of the descriptors. */
bool bdOpen(const char *name, int input, int output);
/* Starts colours if the terminal has them. Returns how many, 0 without; 1 << 24 for direct ones. */
int bdStartColours(void);
/* How many pairs can be defined. */
int bdPairLimit(void);
/* Gives a pair its colours, -1 for the terminal's own. */
bool bdDefinePair(int pair, int foreground, int background);
/* Whether the terminal's character encoding is UTF-8. */
bool bdIsUTF8(void);
/* Puts cells in one row; those outside the screen are cut. Continuation cells are not passed. */
void bdPut(int row, int column, const BDCell *cells, int count);
/* Places and shows the cursor, or hides it when row is negative. */
void bdCursor(int row, int column);
/* Blanks the picture that is to be sent. */
void bdErase(void);
/* Sends what was put. With `whole`, clears the terminal and sends everything. */
void bdFlush(bool whole);
/* Tells ncurses the terminal's new size and blanks its picture. */
void bdResize(int rows, int columns);
/* Asks the terminal (not ncurses) for its size; false when it does not know. */
bool bdScreenSize(int descriptor, int *rows, int *columns);
/* Gives the terminal back for a while, and takes it again. */
void bdSuspend(void);
void bdResume(void);
/* Gives the terminal back for good and frees everything. */
void bdClose(void);

/* guard.c */

/* Remembers the terminal's modes and the bytes that restore it, and arms atexit and the fatal
 * signals. Call before bdOpen changes any mode. */
bool bdGuardArm(int input, int output);
/* The bytes to write when the program dies, besides those terminfo gives; both as C strings. */
void bdGuardSetBytes(const char *bytes);
/* The terminal is restored: nothing is left to do when the program dies. */
void bdGuardDisarm(void);
/* Routes SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP and SIGCONT to a descriptor (one byte each). */
bool bdSignalsInstall(int wakeDescriptor);
void bdSignalsRemove(void);
/* Takes the signals that arrived. */
int bdSignalsTake(void);
/* Stops the process as ctrl-z would have; returns after SIGCONT. */
void bdStopProcess(void);

#endif
