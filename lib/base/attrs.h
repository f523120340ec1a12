/* Compiler attributes and small compile-time helpers; no code. */
#ifndef TN_BASE_ATTRS_H
#define TN_BASE_ATTRS_H

/* text, first: the numbers of the format and of the first value for it. */
#define TN_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define TN_MUST_USE            __attribute__((warn_unused_result))
#define TN_UNUSED              __attribute__((unused))
#define TN_EXPORT              __attribute__((visibility("default")))
#define TN_ARRAY_LEN(a)        (sizeof(a) / sizeof((a)[0]))

#endif
