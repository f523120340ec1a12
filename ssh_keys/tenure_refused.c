/*
 * tenure-refused(8): what a withheld key runs, whatever was asked for. The
 * account phase has said why before it comes to this; where an sshd has none,
 * this is the last word.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
main(void)
{
	static const char words[] =
	    "This account is closed on this host: your key opens nothing. "
	    "Ask your administrator.\n"
	    "该账号已停用，密钥不能登录。请联系管理员。\n";

	(void)!write(STDERR_FILENO, words, strlen(words));
	return EXIT_FAILURE;
}
