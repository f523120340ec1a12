/* Allocations of the code under test that fail when they are told to: link
   with $(failing_memory_ldflags) (unit/base.am). */
#ifndef TN_TESTS_UNIT_FAILING_MEMORY_H
#define TN_TESTS_UNIT_FAILING_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* So many more allocations succeed, the next one fails, and all behind it
   succeed again. */
void memory_fail_after(size_t count);
/* None fails any more. Has one failed since memory_fail_after()? */
bool memory_is_back(void);

#endif
