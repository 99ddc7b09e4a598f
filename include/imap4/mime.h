/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/mime.h - what a mail holds, made readable: words and parameters in UTF-8,
 * file names, the part to show, decoded bytes.
 *
 * No message is parsed here: the server has done that, and what it says (ENVELOPE,
 * BODYSTRUCTURE, the bytes of a part) goes in.  Reading is tolerant: what senders are
 * known to do against the RFCs is read as they meant it.
 *
 * Functions that write text have the form of imap4/text.h: they return the length of the
 * whole result, even if it did not fit in the `size` bytes of `buf`; then `buf` holds
 * nothing useful, and the call with (NULL, 0) measures.  No NUL is written.  Negative is
 * an imap4_rc.  Unlike those of imap4/text.h they may take memory, for the time of the
 * call: what the system needs for a charset, and a block for texts longer than 1 KiB; so
 * IMAP4_E_NOMEM may come back from each.
 *
 * The text is valid UTF-8, and otherwise as the sender wrote it: it may hold any control
 * character, also CR, LF and NUL.  imap4_text_display() makes it fit for people.
 */
#ifndef IMAP4_MIME_H
#define IMAP4_MIME_H

#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/* ---- header text ---------------------------------------------------------- */

/**
 * Decodes the encoded words of a header field (RFC 2047) as imap4_word2047_decode() does,
 * in every charset that the system's iconv knows.  A stateful charset, or a character,
 * may be split over neighbouring words of one charset.  Words in unknown charsets stay
 * as they are.
 *
 * @param in    a field's value, or a string of ENVELOPE or BODYSTRUCTURE.
 * @param buf   receives valid UTF-8; may be NULL if `size` is 0.
 * @param size  room in `buf`, in bytes.
 * @return the length of the result, even if it did not fit; IMAP4_E_LIMIT;
 *         IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_mime_text(imap4_view in, char *buf, size_t size);

/**
 * Makes header text fit for a screen in one step: imap4_mime_text(), then imap4_text_display(),
 * cut behind a whole character where `buf` is too short.
 *
 * @param in    a field's value, or a string of ENVELOPE or BODYSTRUCTURE; NIL shows nothing.
 * @param buf   receives valid UTF-8 with a NUL behind it.
 * @param size  room in `buf`, in bytes, at least 1.
 * @return `buf`, good as long as that is; nothing in it without memory.
 */
IMAP4_API const char *imap4_mime_show(imap4_view in, char *buf, size_t size);

/**
 * Writes text for the header of a message: as it is if it is printable ASCII that nobody
 * can take for encoded words, else as encoded words (RFC 2047) in UTF-8, in Q or B,
 * whichever is shorter.  A word has at most 75 characters and whole characters of the
 * text; words are separated by CRLF SP, so that the result can stand in a Subject, a
 * comment, or as a display name.  Text that is not encoded is not folded.
 *
 * @param text  in UTF-8.
 * @param buf   receives printable ASCII, CRLF SP between words; may be NULL if `size` is
 *              0.
 * @param size  room in `buf`, in bytes.
 * @return the length of the result, even if it did not fit; IMAP4_E_SYNTAX if `text` is
 *         not UTF-8; IMAP4_E_LIMIT.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_mime_word_encode(imap4_view text, char *buf,
                                                          size_t size);

/**
 * Tells whether text in a charset can be decoded by this build, on this system.
 *
 * @param name  such as "koi8-r", as mail names it, without regard to case.
 * @return 1 or 0.
 */
IMAP4_API int imap4_mime_charset(imap4_view name);

/**
 * Decodes a parameter of a body part: of Content-Type or of Content-Disposition.  Looked
 * for are, in this order,
 *
 * - `name*`: charset, language and percent-encoded text (RFC 2231 section 4),
 * - `name*0`, `name*1*`, ...: the same in pieces (section 3), each with or without
 *   percent-encoding, in any order, up to the first gap; beginning at 0, or at 1 if there
 *   is no 0,
 * - `name`, where encoded words are decoded too, although RFC 2047 section 5 forbids
 *   them there.
 *
 * Words are also decoded in pieces without percent-encoding.  Text of an unknown charset,
 * or of none, is UTF-8 where its bytes are that, else windows-1252.  Of two parameters of
 * one name the first counts.  Pieces from 256 on are not looked at.
 *
 * @param params  of a body part, as the server sent them.
 * @param name    "filename", without regard to case.
 * @param buf     receives valid UTF-8; may be NULL if `size` is 0.
 * @param size    room in `buf`, in bytes.
 * @return the length of the result, even if it did not fit; IMAP4_E_ABSENT if there is no
 *         such parameter; IMAP4_E_LIMIT; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_mime_param(const imap4_params *params,
                                                    imap4_view name, char *buf,
                                                    size_t size);

/* ---- envelopes ------------------------------------------------------------ */

/**
 * Writes an address for people: "Ann Bell <ann@example.org>", or "ann@example.org" where
 * there is no name.  The name is decoded, and quoted if it holds one of
 * ()<>[]:;@\,." (RFC 5322 3.2.3); so is a local part that needs it.  Control characters
 * become spaces: the result is one line.  The start of a group (`host` is NIL) becomes
 * "Name:", its end (`mailbox` is NIL too) ";".  The source route is left out.
 *
 * @param address  of an ENVELOPE; NULL gives IMAP4_E_ARG.
 * @param buf      receives valid UTF-8; may be NULL if `size` is 0.
 * @param size     room in `buf`, in bytes.
 * @return the length of the result, even if it did not fit; IMAP4_E_ARG; IMAP4_E_LIMIT;
 *         IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_address_text(const imap4_address *address,
                                                      char *buf, size_t size);

/**
 * Writes a list of addresses as a header field has them, each as imap4_address_text()
 * writes it: "Ann <ann@example.org>, Friends: bob@example.org, eve@example.org;".
 *
 * @param addresses  of an ENVELOPE; NULL gives IMAP4_E_ARG.
 * @param buf        receives valid UTF-8; may be NULL if `size` is 0.
 * @param size       room in `buf`, in bytes.
 * @return the length of the result, 0 for no address, even if it did not fit;
 *         IMAP4_E_ARG; IMAP4_E_LIMIT; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_addresses_text(const imap4_addresses *addresses,
                                                        char *buf, size_t size);

/**
 * The time that the Date field of a message says, read by imap4_date_parse_message().
 *
 * @param envelope      an ENVELOPE.
 * @param unix_seconds  receives seconds since 1970-01-01 00:00:00 UTC; untouched on
 *                      failure.
 * @return IMAP4_OK; IMAP4_E_ABSENT if there is no date; IMAP4_E_SYNTAX if it is none;
 *         IMAP4_E_ARG.
 */
IMAP4_API IMAP4_MUST_USE int imap4_envelope_time(const imap4_envelope *envelope,
                                                 int64_t              *unix_seconds);

/* ---- parts ---------------------------------------------------------------- */

/**
 * The name of a part's file as its sender wrote it, decoded: the parameter "filename" of
 * the disposition, else "name" of the type (RFC 2183 2.3, RFC 2046 4.5.1); an empty one
 * counts as none.  It may hold "/", "..", NUL: for a file on a disk there is
 * imap4_part_safe_filename().
 *
 * @param part  of a BODYSTRUCTURE.
 * @param buf   receives valid UTF-8; may be NULL if `size` is 0.
 * @param size  room in `buf`, in bytes.
 * @return the length of the result, even if it did not fit; IMAP4_E_ABSENT if the part
 *         has no name; IMAP4_E_ARG if `part` is NULL; IMAP4_E_LIMIT; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_part_filename(const imap4_body *part, char *buf,
                                                       size_t size);

/**
 * A name under which a part can be stored on any system: that of imap4_part_filename(),
 * of which
 *
 * - only what is behind the last "/" or "\" is taken (RFC 2183 2.3),
 * - control characters, line separators and <>:"|?* become "_", white space becomes one
 *   space,
 * - what nobody sees, and what turns the direction of text, is dropped; so are dots and
 *   spaces at both ends,
 * - a name that Windows reserves ("con", "lpt1.txt"), or that begins with "-" or "~",
 *   gets a "_" in front,
 * - what passes 200 bytes is cut off, but the extension is kept.
 *
 * If nothing remains, or there was no name, it is made of the part's number and type:
 * "part-2.1.bin".  The name is never empty, never "." or "..", and at most 200 bytes.
 * Two parts may have the same.
 *
 * @param part  of a BODYSTRUCTURE.
 * @param buf   receives valid UTF-8; may be NULL if `size` is 0.
 * @param size  room in `buf`, in bytes.
 * @return the length of the result, even if it did not fit; IMAP4_E_ARG if `part` is
 *         NULL; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_part_safe_filename(const imap4_body *part,
                                                            char *buf, size_t size);

/**
 * Tells whether a reader should offer a part as a file, and not show it as text of the
 * message.  By the first rule that applies:
 *
 * - a multipart is none;
 * - a disposition other than "inline" makes one, "attachment" or any other (RFC 2183
 *   2.8);
 * - parts of an alternative, and of related, signed, encrypted and report, are none: they
 *   are pieces of what is shown;
 * - text and images are none if they are "inline" or have no name.  With a name they are
 *   attachments, but a text that is the first part of its parent is the message;
 * - everything else is one, message/rfc822 too.
 *
 * @param part  of a BODYSTRUCTURE; NULL gives 0.
 * @return 1 or 0.
 */
IMAP4_API int imap4_part_is_attachment(const imap4_body *part);

/**
 * Finds the part of a type that a reader would show: the first one in the order of the
 * message that is no attachment (imap4_part_is_attachment()); but of the alternatives of
 * a multipart/alternative that have one, the last, which is the best (RFC 2046 5.1.4).
 * Messages inside of the message are not looked into: call again with the first child of
 * such a part.
 *
 * @param root  of a BODYSTRUCTURE, or any part of it: only what is below is looked at.
 * @param type  "text/plain"; "image" for any image, which may also be written with a "*"
 *              behind the slash; "*" for any part.
 * @return the part, which lives as long as `root` [borrowed E]; NULL if there is none.
 */
IMAP4_API const imap4_body *imap4_part_find(const imap4_body *root, imap4_view type);

/**
 * Takes the next attachment in the order of the message.  Messages inside of the message
 * are attachments, and not looked into.
 *
 * @param root   of a BODYSTRUCTURE, or any part of it.
 * @param after  what the last call gave; NULL for the first one.
 * @return the part, which lives as long as `root` [borrowed E]; NULL at the end.
 */
IMAP4_API const imap4_body *imap4_part_next_attachment(const imap4_body *root,
                                                       const imap4_body *after);

/* ---- the bytes of a part -------------------------------------------------- */

/** Undoes the transfer encoding of a part, piece by piece. */
typedef struct imap4_decoder imap4_decoder;

/**
 * Makes a decoder for the bytes of one part (BODY[n]; not of BINARY[n], which the server
 * has decoded).
 *
 * Encodings are "base64" and "quoted-printable" (RFC 2045 section 6), "x-uuencode" and
 * its other names, and "7bit", "8bit" and "binary", which change nothing; nor does any
 * encoding that is not known.  Damage is passed over and counted, imap4_decoder_damage():
 *
 * - base64: characters that are none of its digits are skipped, the padding may be
 *   missing, and what follows it is not read (RFC 2045 6.8);
 * - quoted-printable: a "=" with no two digits behind it stays; spaces and tabs at the
 *   end of a line are dropped (6.7, rule 3), up to 1,024 of them;
 * - uuencode: lines before "begin" and behind "end" are not read.
 *
 * With a charset the decoded bytes become UTF-8, and U+FFFD where they have no meaning in
 * it; line ends stay as they are.  ISO-8859-1 and US-ASCII are read as windows-1252.
 *
 * @param encoding  `encoding` of a part, without regard to case; NIL is "7bit".  [copied]
 * @param charset   NIL: the decoded bytes as they are.  Else the charset of the text, as
 *                  imap4_mime_param() gives it; the empty string if nobody said: UTF-8
 *                  where the bytes are that, else windows-1252.  [copied]
 * @param alloc     for all memory of the decoder (the system may need some for the
 *                  charset); NULL for malloc().  [copied]
 * @param out       receives the decoder [owned]: imap4_decoder_free().
 * @return IMAP4_OK; IMAP4_E_NOTIMPL if the charset is not known, so that the caller may
 *         choose another; IMAP4_E_ARG; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_decoder_new(imap4_view encoding, imap4_view charset,
                                               const imap4_allocator *alloc,
                                               imap4_decoder        **out);

/**
 * Decodes some bytes.  The result does not depend on how the input is split, and memory
 * not on its length.  What is not used was not looked at: give it again when there is
 * room.  A result may come later than its input, imap4_decoder_finish() gives the last.
 *
 * @param d     the decoder.
 * @param in    the next bytes of the part.
 * @param buf   receives the result; may be NULL if `size` is 0.
 * @param size  room in `buf`, in bytes; any number above 0 will do.
 * @param used  receives how many bytes of `in` were used: all of them if the result is
 *              shorter than `size`.
 * @return how many bytes were written to `buf`; IMAP4_E_STATE behind
 *         imap4_decoder_finish(); IMAP4_E_ARG.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_decoder_feed(imap4_decoder *d, imap4_view in,
                                                      char *buf, size_t size,
                                                      size_t *used);

/**
 * Says that the part has ended, and gives what is still to come.  To be called until it
 * gives 0.
 *
 * @param d     the decoder.
 * @param buf   receives the result.
 * @param size  room in `buf`, in bytes, above 0.
 * @return how many bytes were written to `buf`, 0 when that is all; IMAP4_E_ARG.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_decoder_finish(imap4_decoder *d, char *buf,
                                                        size_t size);

/**
 * How many places were not as the encoding or the charset wants them, so far.  Runs of
 * characters that were skipped are one place.
 *
 * @param d  the decoder.
 * @return the number.
 */
IMAP4_API uint64_t imap4_decoder_damage(const imap4_decoder *d);

/**
 * Frees a decoder.
 *
 * @param d  its address; NULL, and the address of NULL, are harmless.  Becomes NULL.
 */
IMAP4_API void imap4_decoder_free(imap4_decoder **d);

IMAP4_END_DECLS

#endif
