/* uthash, with a hash function whose macro is free of warnings for gcc and
   clang alike (the default one falls through its cases unannotated). */
#ifndef TN_BASE_HASH_TABLE_H
#define TN_BASE_HASH_TABLE_H

#define HASH_FUNCTION HASH_FNV
#include <uthash.h>

/* clang's analyser loses the chains through which an element is taken out, and
   holds the next one for the one that was freed. To it there is only a list. */
#ifdef __clang_analyzer__
#undef HASH_DELETE
#define HASH_DELETE(hh, head, element) \
	((head) = (element) == (head) ? (element)->hh.next : (head))
#endif

#endif
