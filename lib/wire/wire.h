/*
 * What programs say to tenured (tenure-wire(7) is this comment).
 *
 * Socket   AF_UNIX, SOCK_SEQPACKET, /run/tenured/socket, mode 0666 in a folder
 *          of root's. One request, one answer, then both sides close. Who asks
 *          is what the kernel says (SO_PEERCRED); nothing in a request can
 *          change it. uid 0 may ask about anyone, others about themselves only.
 * Datagram at most TN_WIRE_MAX bytes: a header of 8 bytes and fields.
 *              u16 magic 0x544E   u8 version 1   u8 what   u32 length of fields
 *          Numbers are big-endian.
 * Field    u8 tag, u24 length, that many bytes. A text is UTF-8 without NUL; a
 *          number is 4 or 8 bytes. A tag occurs once at most. A receiver
 *          refuses the whole datagram (TN_E_PROTOCOL) for a length that does
 *          not fit, a tag twice, a NUL in a text, or a missing field that the
 *          request needs; it ignores tags that it does not know.
 * Secrets  fields PASSWORD and NEW_PASSWORD; buffers that held a datagram are
 *          wiped on every way out on both sides.
 *
 * Requests and the fields they need (* may be missing):
 *   AUTHENTICATE  USER PASSWORD SERVICE RHOST* TTY* CALLER* -> ANSWER
 *   ACCOUNT       USER SERVICE WAY RHOST* TTY*       -> ANSWER
 *   VERIFY        USER PASSWORD SERVICE RHOST* TTY* CALLER* -> ANSWER (before
 *                 a change)
 *   CHANGE        USER PASSWORD NEW_PASSWORD SERVICE RHOST* TTY* CALLER*
 *                 TOKEN* -> ANSWER
 *   SESSION       USER SERVICE RHOST* TTY*           -> ANSWER (opened)
 *   EXPLAIN       USER or UID                        -> ANSWER with JSON
 *   STATUS        -                                  -> ANSWER with JSON
 *   LEAK          CASE REASON* PASSWORD*             -> ANSWER: the peer says
 *                 that the own password or key has leaked; with the password
 *                 who holds a role is locked everywhere, too. CASE is a new name:
 *                 "self-" and [a-z0-9-], 40 in all at most. DENIED where the peer is no
 *                 person of the directory.
 *   KEYS          USER PASSWORD SERVICE KEY_VERB KEY* -> ANSWER with JSON, the
 *                 keys there are then: the own SSH keys. KEY is needed but to
 *                 list; REFUSED_NEW says why a key is not taken.
 * CALLER is who runs the program that asks as root (su, sudo, passwd), where it
 * is not root: only uid 0 is believed about it.
 * ANSWER: RESULT, and DECISION ROW MESSAGE* MESSAGE_LOCAL* EXPIRES* LOGIN_UID*
 *         JSON* TOKEN*.
 * TOKEN stands for the connection that the password opened, held for a change:
 * of AUTHENTICATE where one is due, of VERIFY, and of CHANGE where the new
 * password was refused; good once, for the same asker, for two minutes.
 *
 * Between net and publish (a socket pair, same framing, TN_WIRE_RECORD_MAX):
 *   RESET         -         the refresh begins: forget what net said
 *   ACCOUNT_SET   ACCOUNT   one account with the facts net found (record.h)
 *   ACCOUNT_GONE  UUID
 *   GROUP_SET     GROUP     a group; large ones in several datagrams, MORE
 *   GROUP_GONE    UUID
 *   LOCK_SET      RECORD    one lock, open or released (lock_record.h)
 *   LOCK_RELEASED LOCK_NAME CREATED   a release of the lock of this name was seen
 *   PUBLISH       COOKIE HEARD   everything before is one state: publish it
 *   HEARD         COOKIE HEARD   as PUBLISH, but nothing differs: publish nothing
 * RESET also has SHAPE, what net asks the directory for: what was kept under
 * another shape is of no use after a restart. From publish to net:
 *   RESET to HEARD, as net said them before a restart, and every lock that
 *                 was open then;
 *   LOGIN         USER RHOST HEARD   a password let in from there, last then;
 *                 ended by
 *   KEPT_END      DAMAGED*
 *   PUBLISHED     GENERATION    (to reaper too)
 *   EFFECT        RECORD LOGINS what was done of a lock (daemon/effect.h)
 * LOCK_SET also has USER and UID, of whom it names, where net knows that. From
 * net to publish besides:
 *   EFFECT_TOLD   LOCK_NAME     it is in the directory
 *   LOGIN         USER SERVICE WAY RHOST HEARD    somebody came in, then
 * from publish to reaper, before PUBLISHED:
 *   REASON        UID LOCK_KIND   a lock by which somebody died
 * from reaper to publish, for each look of its:
 *   REAPED        UID ENDED SESSIONS REPORTED LEFT LINGERED   of one that had any
 *   REAPED_END    GENERATION    of the newest PUBLISHED before the look
 * and from reaper to sessions:
 *   END_USER      UID           what logind keeps of a dead person
 */
#ifndef TN_WIRE_WIRE_H
#define TN_WIRE_WIRE_H

#include <stdint.h>

#define TN_WIRE_SOCKET	   TENURE_RUNDIR "/socket"
#define TN_WIRE_MAGIC	   0x544E
#define TN_WIRE_VERSION	   1
#define TN_WIRE_HEADER	   8
#define TN_WIRE_MAX	   16384
#define TN_WIRE_RECORD_MAX 65536
#define TN_WIRE_TOKEN	   32

enum tn_wire_what {
	TN_WIRE_AUTHENTICATE = 1,
	TN_WIRE_ACCOUNT = 2,
	TN_WIRE_VERIFY = 3,
	TN_WIRE_CHANGE = 4,
	TN_WIRE_SESSION = 5,
	TN_WIRE_EXPLAIN = 6,
	TN_WIRE_STATUS = 7,
	TN_WIRE_LEAK = 20,
	TN_WIRE_KEYS = 21,
	TN_WIRE_ANSWER = 64,
	/* between tenured's own processes */
	TN_WIRE_RESET = 128,
	TN_WIRE_ACCOUNT_SET = 129,
	TN_WIRE_ACCOUNT_GONE = 130,
	TN_WIRE_GROUP_SET = 131,
	TN_WIRE_GROUP_GONE = 132,
	TN_WIRE_PUBLISH = 133,
	TN_WIRE_PUBLISHED = 134,
	TN_WIRE_LOCK_SET = 135,
	TN_WIRE_LOCK_RELEASED = 136,
	TN_WIRE_KEPT_END = 137,
	TN_WIRE_HEARD = 138,
	TN_WIRE_EFFECT = 139,
	TN_WIRE_EFFECT_TOLD = 140,
	TN_WIRE_LOGIN = 141,
	TN_WIRE_REAPED = 142,
	TN_WIRE_REAPED_END = 143,
	TN_WIRE_DEAD = 144, /* to the reaper, of a disk that takes nothing: a
			       person; without one: forget those before */
	TN_WIRE_REASON = 145,
	TN_WIRE_END_USER = 146,
};

enum tn_wire_tag {
	TN_TAG_USER = 1,
	TN_TAG_PASSWORD = 2,
	TN_TAG_NEW_PASSWORD = 3,
	TN_TAG_SERVICE = 4,
	TN_TAG_RHOST = 5,
	TN_TAG_TTY = 6,
	TN_TAG_WAY = 7,	     /* u32, enum tn_way */
	TN_TAG_UID = 8,	     /* u32 */
	TN_TAG_CALLER = 9,   /* u32, a uid that is not 0 */
	TN_TAG_TOKEN = 10,   /* TN_WIRE_TOKEN characters */
	TN_TAG_CASE = 12,
	TN_TAG_REASON = 13,
	TN_TAG_KEY_VERB = 14, /* u32, enum tn_key_verb */
	TN_TAG_KEY = 15,     /* type and base64 (account/ssh_key.h) */
	TN_TAG_RESULT = 16,  /* u32, enum tn_wire_result */
	TN_TAG_DECISION = 17, /* u32, enum tn_decision */
	TN_TAG_ROW = 18,     /* u32, enum tn_row */
	TN_TAG_MESSAGE = 19, /* ASCII English, for the person */
	TN_TAG_MESSAGE_LOCAL = 20, /* in the person's language */
	TN_TAG_EXPIRES = 21, /* u64, seconds since 1970 */
	TN_TAG_LOGIN_UID = 22, /* u32 */
	TN_TAG_JSON = 23,
	TN_TAG_RECORD = 32,  /* account or group, record.h's own fields */
	TN_TAG_UUID = 33,
	TN_TAG_COOKIE = 34,
	TN_TAG_HEARD = 35,   /* u64 */
	TN_TAG_GENERATION = 36, /* u64 */
	TN_TAG_MORE = 37,    /* u32 1: the group goes on in the next datagram */
	TN_TAG_LOCK_NAME = 38, /* what a release names */
	TN_TAG_SHAPE = 39,   /* u64 */
	TN_TAG_DAMAGED = 40, /* u32 1: the open locks could not be read */
	TN_TAG_LOGINS = 41,  /* lines */
	TN_TAG_ENDED = 42,   /* u32, how many, as those that follow */
	TN_TAG_SESSIONS = 43,
	TN_TAG_REPORTED = 44,
	TN_TAG_LEFT = 45,
	TN_TAG_LINGERED = 46,
	TN_TAG_LOCK_KIND = 47, /* u32, enum tn_lock_kind */
	TN_TAG_CREATED = 48, /* u64, when a release was added */
};

enum tn_key_verb {
	TN_KEY_LIST = 1,
	TN_KEY_ADD = 2,
	TN_KEY_REMOVE = 3,
};

/*
 * How a request ended. Zero denies, so that a forgotten RESULT denies. The PAM
 * module has the one table from these to PAM statuses.
 */
enum tn_wire_result {
	TN_RESULT_DENIED = 0,	/* a rule says no: DECISION, ROW, MESSAGE */
	TN_RESULT_OK = 1,	/* done; DECISION tells allow, warn, change */
	TN_RESULT_UNKNOWN_USER = 2, /* the directory has no such account */
	TN_RESULT_WRONG_PASSWORD = 3,
	TN_RESULT_UNAVAILABLE = 4,  /* directory out of reach, or not yet read */
	TN_RESULT_REFUSED_NEW = 5,  /* the new password breaks a rule: MESSAGE */
	TN_RESULT_THROTTLED = 6,
	TN_RESULT_NOT_ALLOWED = 7,  /* this peer may not ask that */
	TN_RESULT_BAD_REQUEST = 8,
};

#endif
