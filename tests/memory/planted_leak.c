/* What valgrind must find (memory.sh). */
#include <stdlib.h>

static void *volatile place;

int
main(void)
{
	place = malloc(100);
	place = NULL;
	return 0;
}
