/* uthash, with a hash function whose macro is free of warnings for gcc and
   clang alike (the default one falls through its cases unannotated). */
#ifndef TN_BASE_HASH_TABLE_H
#define TN_BASE_HASH_TABLE_H

#define HASH_FUNCTION HASH_FNV
/* As shipped uthash ends the program where there is no memory. Here what was to
   be put in is not, and everything else is as it was: whoever puts something in
   asks TN_HASH_LOST of it (tests/lint/hash-lost.sh), with the handle and what
   has it. */
#define HASH_NONFATAL_OOM         1
#define TN_HASH_LOST(hh, element) ((element)->hh.tbl == NULL)
#include <uthash.h>

/* clang's analyser loses the chains through which an element is taken out, and
   holds the next one for the one that was freed. To it there is only a list. */
#ifdef __clang_analyzer__
#undef HASH_DELETE
#define HASH_DELETE(hh, head, element) \
	((head) = (element) == (head) ? (element)->hh.next : (head))
#endif

#endif
