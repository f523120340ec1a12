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
	      "  --check                compare the running slapd with what is\n"
	      "                         shipped: status 1 and a line for each\n"
	      "                         overlay, rule or value that is lost\n"
	      "\n"
	      "Everything is built beside and put in place at the end: a\n"
	      "failure leaves nothing, and a second init changes nothing.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure init --suffix dc=example,dc=org \\\n"
	      "    --organisation 'Example' \\\n"
	      "    --server-names ldap.example.org,10.0.0.1\n" },
	{ .name = "host",
	  .run = cmd_host,
	  .arguments = "add|list|remove|join ...",
	  .summary = "add a login host, remove one, join as one",
	  .help =
	      "On the directory server:\n"
	      "  host add NAME --request FILE [--out FILE]\n"
	      "                  sign the request and let NAME in\n"
	      "  host list       the hosts, and when each last reported\n"
	      "  host remove NAME\n"
	      "                  its certificate counts no more\n"
	      "On the host, in two steps:\n"
	      "  host join --server ldaps://SERVER --name NAME --base DN\n"
	      "            --request-out FILE\n"
	      "                  make a key, which stays, and a request\n"
	      "  host join --certificate FILE --ca FILE --break-glass LOGIN\n"
	      "                  check what came back, connect, install;\n"
	      "                  LOGIN is a local account that Tenure never\n"
	      "                  touches\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure host add web01.example.org --request web01.csr \\\n"
	      "    --out web01.crt\n"
	      "  tenure host join --certificate web01.crt --ca ca.crt \\\n"
	      "    --break-glass admin\n" },
	{ .name = NULL },
};
