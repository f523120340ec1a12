/* uthash, with a hash function whose macro is free of warnings for gcc and
   clang alike (the default one falls through its cases unannotated). */
#ifndef TN_BASE_HASH_TABLE_H
#define TN_BASE_HASH_TABLE_H

#define HASH_FUNCTION HASH_FNV
#include <uthash.h>

#endif
