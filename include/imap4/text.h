/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/text.h - encodings of names, headers, dates and flags.
 *
 * Everything here is a pure function: no memory is allocated, nothing is kept, any
 * thread may call it at any time.  Input is a view of any bytes (NIL counts as empty);
 * time is linear in its length.
 *
 * Functions of the form
 *
 *     ptrdiff_t f(imap4_view in, char *buf, size_t size)
 *
 * write their result to `buf`, which is the caller's and has room for `size` bytes,
 * and return the length of the whole result, even if it did not fit: then `buf` holds
 * nothing useful.  So the call with (NULL, 0) measures.  No NUL is written behind the
 * result.  `buf` must not overlap the input.  Negative is an imap4_rc; what cannot be
 * said in a ptrdiff_t is IMAP4_E_LIMIT.
 */
#ifndef IMAP4_TEXT_H
#define IMAP4_TEXT_H

#include "imap4/base.h"

IMAP4_BEGIN_DECLS

/* ---- mailbox names -------------------------------------------------------- */

/**
 * Encodes a UTF-8 mailbox name in modified UTF-7 (RFC 3501 5.1.3, RFC 2152).  The
 * result is canonical, so equal names give equal bytes.  Control characters, NUL too,
 * are encoded like any other that does not print: whether a name may hold them is the
 * caller's decision.
 *
 * @param name  in UTF-8.
 * @param buf   receives the name for the wire, in printable ASCII; may be NULL if
 *              `size` is 0.
 * @param size  room in `buf`, in bytes.
 * @return the length of the result, even if it did not fit; IMAP4_E_SYNTAX if `name`
 *         is not UTF-8.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_utf7_encode(imap4_view name, char *buf,
                                                     size_t size);

/**
 * Decodes modified UTF-7 (RFC 3501 5.1.3) if it is canonical, that is, if
 * imap4_utf7_encode() of the result gives `name` again.  Refused are: bytes that are
 * not printable ASCII, encoded printable ASCII, a shift without end, two shifts in a
 * row, lone surrogates, and padding bits that are not zero.  A server's name which is
 * refused here still is the mailbox's identity: use its bytes as they are, and show
 * imap4_utf7_display().
 *
 * @param name  as on the wire, without quotes.
 * @param buf   receives UTF-8, at most 9 bytes for 8 of `name`; may be NULL if `size` is 0.
 * @param size  room in `buf`, in bytes.
 * @return the length of the result, even if it did not fit; IMAP4_E_SYNTAX.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_utf7_decode(imap4_view name, char *buf,
                                                     size_t size);

/**
 * Makes a mailbox name presentable, whatever it is: a canonical name is decoded, any
 * other keeps its bytes, and what might harm a terminal is replaced as in
 * imap4_text_display().  For people only: two mailboxes may look alike.
 *
 * @param name  as on the wire, without quotes.
 * @param buf   receives valid UTF-8; may be NULL if `size` is 0.
 * @param size  room in `buf`, in bytes.
 * @return the length of the result, even if it did not fit; IMAP4_E_LIMIT.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_utf7_display(imap4_view name, char *buf,
                                                      size_t size);

/** For imap4_mailbox_to_path(): the file system takes "A" and "a" for the same (Windows,
 * macOS).  Each capital is written as "+" and the small letter. */
#define IMAP4_PATH_CASELESS 1u

/**
 * Makes a path of a mailbox's name, for programs that keep mail in files.  Names are
 * whatever a server says ("../../etc/passwd", "C:", "x.lock"); a path is harmless below
 * any folder of the caller's, on Windows too: it is relative, has no empty component, and
 * holds nothing but ASCII letters, digits, "_", "-", "%", "=", "+" and, between components,
 * "/".  So files of the caller's with a dot in their name can never be meant.
 *
 * The name is decoded (RFC 3501 5.1.3) and split at the delimiter.  Each byte of its UTF-8
 * outside of [A-Za-z0-9_-], a "-" that begins a component, and the first of a device's name
 * of Windows ("CON"), become "%XX"; nothing becomes "%".  A component longer than 250 bytes
 * goes on in the next one, which begins with "=".  A name that is not canonical keeps its
 * bytes, with "=" at the start of its path.  No two names have the same path, and
 * imap4_mailbox_from_path() goes back.  "inbox" and "INBOX" are two names here: which one to
 * keep is the caller's decision.
 *
 * @param name       as on the wire, without quotes.
 * @param delimiter  the server's, as in imap4_list_data; -1 or 0: there is none.
 * @param flags      0 or IMAP4_PATH_CASELESS.
 * @param buf        receives the path; may be NULL if `size` is 0.
 * @param size       room in `buf`, in bytes; 3,600 is always enough.
 * @return the length of the result, even if it did not fit; IMAP4_E_LIMIT if the name has
 *         more than 1,024 bytes; IMAP4_E_ARG if the delimiter is not in ASCII, or a flag
 *         unknown.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_mailbox_to_path(imap4_view name, int delimiter,
                                                         uint32_t flags, char *buf,
                                                         size_t size);

/**
 * Finds the mailbox of a path: the inverse of imap4_mailbox_to_path().  What that function
 * does not make, with the same delimiter and flags, is refused.
 *
 * @param path       with "/" between components, without the caller's folder.
 * @param delimiter  the server's; -1 or 0: there is none.
 * @param flags      0 or IMAP4_PATH_CASELESS.
 * @param buf        receives the name as on the wire; may be NULL if `size` is 0.
 * @param size       room in `buf`, in bytes; 1,024 is always enough.
 * @return the length of the result, even if it did not fit; IMAP4_E_SYNTAX if it is not the
 *         path of a mailbox; IMAP4_E_LIMIT if its name would be too long; IMAP4_E_ARG.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_mailbox_from_path(imap4_view path, int delimiter,
                                                           uint32_t flags, char *buf,
                                                           size_t size);

/* ---- UTF-8 ---------------------------------------------------------------- */

/**
 * Tells whether bytes are UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing
 * above U+10FFFF, nothing cut off.  NUL and other controls are valid.
 *
 * @param in  any bytes.
 * @return 1 or 0.
 */
IMAP4_API int imap4_utf8_valid(imap4_view in);

/**
 * Makes text from a server harmless for a terminal or a log: the result is one line
 * of valid UTF-8 without bytes below 0x20, without 0x7f and without U+0080-U+009F.
 * Each run of HT, LF, VT, FF and CR becomes one space.  U+FFFD replaces all other
 * control characters, invalid bytes, line separators (U+2028, U+2029) and the
 * characters that turn the direction of text (U+061C, U+200E, U+200F, U+202A-U+202E,
 * U+2066-U+2069).
 *
 * @param in    any bytes.
 * @param buf   receives the text; may be NULL if `size` is 0.
 * @param size  room in `buf`, in bytes.
 * @return the length of the result, even if it did not fit; IMAP4_E_LIMIT.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_text_display(imap4_view in, char *buf,
                                                      size_t size);

/* ---- base64 --------------------------------------------------------------- */

/**
 * Encodes bytes in base64 (RFC 4648 section 4), with padding, without line ends.
 *
 * @param in    any bytes.
 * @param buf   receives the text; may be NULL if `size` is 0.
 * @param size  room in `buf`, in bytes.
 * @return the length of the result, even if it did not fit; IMAP4_E_LIMIT.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_base64_encode(imap4_view in, char *buf,
                                                       size_t size);

/**
 * Decodes base64 (RFC 4648 section 4), strictly: padding is required, nothing may
 * stand between or behind, the bits that are left over must be zero.
 *
 * @param in    the text.
 * @param buf   receives the bytes; may be NULL if `size` is 0.
 * @param size  room in `buf`, in bytes.
 * @return the length of the result, even if it did not fit; IMAP4_E_SYNTAX.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_base64_decode(imap4_view in, char *buf,
                                                       size_t size);

/* ---- dates ---------------------------------------------------------------- */

/**
 * A date with time and zone, in the Gregorian calendar, also before 1582.  Frozen.
 * The members are what was written; `unix_seconds` is the instant that they mean.
 */
typedef struct imap4_date {
    int32_t year;         /**< 0 to 9999 */
    int32_t month;        /**< 1 to 12 */
    int32_t day;          /**< 1 to 31, as the month has */
    int32_t hour;         /**< 0 to 23 */
    int32_t minute;       /**< 0 to 59 */
    int32_t second;       /**< 0 to 60: 60 is a leap second */
    int32_t zone_minutes; /**< east of Greenwich, -5999 to 5999; 0 without zone */
    int32_t has_zone;     /**< 0: not known, and `unix_seconds` takes it for UTC */
    int64_t unix_seconds; /**< since 1970-01-01 00:00:00 UTC, without leap seconds */
} imap4_date;

/**
 * Reads an INTERNALDATE (RFC 3501 date-time): " 7-Feb-1994 21:52:25 -0800".  Tolerates
 * what servers send: spaces around it, a day or hour of one digit, no zone.  24:00:00
 * and days that the month does not have are refused.
 *
 * @param in   the string without its quotes.
 * @param out  is filled; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_SYNTAX.
 */
IMAP4_API IMAP4_MUST_USE int imap4_date_parse_internal(imap4_view in, imap4_date *out);

/**
 * Reads the Date field of a message (RFC 5322 3.3, and 4.3 for old forms): comments,
 * nested ones too, zones by name, years of two or three digits; the day's name and
 * the seconds may be missing, and so may the zone.  The day's name is not compared
 * with the date.  What follows the zone behind a space is ignored.  The zone of
 * "-0000" is 0; military letters and unknown names count as no zone (RFC 5322 4.3).
 *
 * @param in   the field's value, folded or not.
 * @param out  is filled; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_SYNTAX.
 */
IMAP4_API IMAP4_MUST_USE int imap4_date_parse_message(imap4_view in, imap4_date *out);

/**
 * Makes a date from an instant.
 *
 * @param unix_seconds  since 1970-01-01 00:00:00 UTC.
 * @param zone_minutes  the zone to express it in, east of Greenwich, -5999 to 5999.
 * @param out           is filled; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_ARG if the zone, or the year (0 to 9999), is out of range.
 */
IMAP4_API IMAP4_MUST_USE int imap4_date_from_unix(int64_t unix_seconds,
                                                  int32_t zone_minutes, imap4_date *out);

/**
 * Writes a date for APPEND (RFC 3501 date-time), 26 bytes without quotes:
 * " 7-Feb-1994 21:52:25 -0800".  Without a zone it is written as UTC.
 *
 * @param date  `unix_seconds` is not looked at.
 * @param buf   receives the text; may be NULL if `size` is 0.
 * @param size  room in `buf`, in bytes.
 * @return 26, even if it did not fit; IMAP4_E_ARG if a member is out of its range.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_date_format_internal(const imap4_date *date,
                                                              char *buf, size_t size);

/**
 * Writes a date for SEARCH (RFC 3501 date-text), without padding: "1-Oct-2016".
 *
 * @param date  only `year`, `month` and `day` are looked at.
 * @param buf   receives the text; may be NULL if `size` is 0.
 * @param size  room in `buf`, in bytes.
 * @return 10 or 11, even if it did not fit; IMAP4_E_ARG if a member is out of its range.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_date_format_search(const imap4_date *date,
                                                            char *buf, size_t size);

/* ---- header text ---------------------------------------------------------- */

/**
 * Decodes the encoded words of a header field, "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", to
 * UTF-8 (RFC 2047, and RFC 2231 section 5 for "charset*language").
 *
 * Known charsets: UTF-8, US-ASCII, ISO-8859-1, ISO-8859-15 and windows-1252, under
 * their usual names.  As in every mail program, ISO-8859-1 and US-ASCII are read as
 * windows-1252.  Words in other charsets stay as they are (imap4_mime_text() of
 * imap4/mime.h reads them), and so does an "=?" that begins no word.  White space between two decoded words is dropped (6.2), and a
 * character may be split over neighbours of one charset.  Words are found anywhere:
 * in quotes, in the middle of text, with spaces inside.  8-bit bytes outside of words
 * are kept if they are UTF-8, else read as windows-1252; what has no meaning in its
 * charset becomes U+FFFD.
 *
 * The result may hold any control character, also CR, LF and NUL that were encoded:
 * imap4_text_display() makes it fit for people.
 *
 * @param in    a field's value, or a string of ENVELOPE.
 * @param buf   receives valid UTF-8; may be NULL if `size` is 0.
 * @param size  room in `buf`, in bytes; 3 * in.len is always enough.
 * @return the length of the result, even if it did not fit; IMAP4_E_LIMIT.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_word2047_decode(imap4_view in, char *buf,
                                                         size_t size);

/* ---- flags ---------------------------------------------------------------- */

/** The system flags (RFC 3501 2.3.2). */
typedef enum imap4_flag {
    IMAP4_FLAG_SEEN     = 1,
    IMAP4_FLAG_ANSWERED = 2,
    IMAP4_FLAG_FLAGGED  = 4,
    IMAP4_FLAG_DELETED  = 8,
    IMAP4_FLAG_DRAFT    = 16,
    IMAP4_FLAG_RECENT   = 32, /**< set by the server only */
    IMAP4_FLAG_ANY      = 64  /**< "\*" of PERMANENTFLAGS: new keywords can be made */
} imap4_flag;

/**
 * Finds the bit of a flag.
 *
 * @param flag  "\\Seen", without regard to case.
 * @return one bit of imap4_flag; 0 for keywords and unknown flags.
 */
IMAP4_API uint32_t imap4_flag_bit(imap4_view flag);

/**
 * Names the flag of a bit, as the RFC spells it: "\\Seen".
 *
 * @param bit  one bit of imap4_flag.
 * @return a view of static bytes, NUL-terminated too; NIL if it is not exactly one bit
 *         of imap4_flag.
 */
IMAP4_API imap4_view imap4_flag_name(uint32_t bit);

/**
 * Tells whether a text can stand between the parentheses of a flag list in a command
 * (RFC 3501 section 9, flag): atoms, with or without a backslash before them,
 * separated by one space each.  The empty list is fine.  "\*" is no flag.
 *
 * @param flags  such as "\\Seen $label", without parentheses.
 * @return IMAP4_OK; IMAP4_E_ARG.
 */
IMAP4_API IMAP4_MUST_USE int imap4_flags_check(imap4_view flags);

/**
 * Reads how long a server wants to be left alone, which some say in the text of a refusal:
 * "Request is throttled. Suggested Backoff Time: 92415 milliseconds".  RFC 5530 has no code
 * for it.  An engine waits by itself: see "back-off" in imap4/quirk.h.  May be called by any
 * thread at any time.
 *
 * @param text  of a status response.
 * @return milliseconds; 0 if it does not say; UINT64_MAX if the number fits no uint64_t.
 */
IMAP4_API uint64_t imap4_text_backoff_ms(imap4_view text);

IMAP4_END_DECLS

#endif
