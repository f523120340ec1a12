/* A folder of this process's own, for what can only be read from a file. */
#ifndef TN_TESTS_FUZZ_FUZZ_FOLDER_H
#define TN_TESTS_FUZZ_FUZZ_FOLDER_H

#include <stddef.h>

/* "FOLDER/name" of a folder that goes with the process; name "" is the folder.
   Valid until the next call. */
const char *fuzz_path(const char *name);
/* The file of that name with just these bytes, mode 0600. */
const char *fuzz_file(const char *name, const void *data, size_t size);

#endif
