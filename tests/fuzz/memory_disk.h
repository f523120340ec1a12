/*
 * A disk that holds one base, in memory: what lib/snapshot asks of the system
 * while it writes a base is answered here, so that an execution of a target
 * needs no system call, and a byte written past the end of what was reserved is
 * one that a sanitizer sees. Link with the --wrap options that fuzz.am has.
 * Whatever is not about this disk goes to the system.
 */
#ifndef TN_TESTS_FUZZ_MEMORY_DISK_H
#define TN_TESTS_FUZZ_MEMORY_DISK_H

#include <stddef.h>
#include <stdint.h>

/* The folder, for tn_snapshot_base_begin. There is never an overlay in it. */
#define MEMORY_DISK_FOLDER "/a folder of memory_disk.c"

/* Takes the file away from the disk: its bytes, to be freed; ret_size tells how
   many. Ends the program when there is no file of the name. */
uint8_t *memory_disk_take(const char *name, size_t *ret_size);

#endif
