/* What each of the static checks must find: it is freed twice. */
#include <stdlib.h>

void planted(char *text);

void
planted(char *text)
{
	free(text);
	free(text);
}
