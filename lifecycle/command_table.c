/*
 * Every verb of `tenure`. A verb that is not built yet has no entry. .help
 * lists its options, then EXAMPLES; tenure(8) is checked against both.
 */
#include "command.h"

#include <stddef.h>

const struct command commands[] = {
	{ .name = "init",
	  .run = cmd_init,
	  .arguments = "--suffix DN --organisation NAME --server-names NAMES",
	  .summary = "make a new directory server on this machine",
	  .help =
	      "  --suffix DN            dc=example,dc=org\n"
	      "  --organisation NAME    no password may hold it\n"
	      "  --server-names NAMES   names and addresses of this server, "
	      "as\n"
	      "                         hosts call it, with commas between\n"
	      "  --config-dir DIR       slapd's configuration\n"
	      "                         [/etc/ldap/slapd.d]\n"
	      "  --data-dir DIR         its databases [/var/lib/ldap]\n"
	      "  --ldif-dir DIR         the templates\n"
	      "\n"
	      "Everything is built beside and put in place at the end: a\n"
	      "failure leaves nothing, and a second init changes nothing.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure init --suffix dc=example,dc=org \\\n"
	      "    --organisation 'Example' \\\n"
	      "    --server-names ldap.example.org,10.0.0.1\n" },
	{ .name = NULL },
};
