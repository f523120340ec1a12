/*
 * Every verb of `tenure`. A verb that is not built yet has no entry. .help
 * lists its options, then EXAMPLES; tenure(8) is checked against both.
 */
#include "command.h"

#include <stddef.h>

#include "leak_help.h"

const struct command commands[] = {
	{ .name = "init",
	  .run = cmd_init,
	  .arguments = "--suffix DN --organisation NAME --server-names NAMES\n"
	               "--provider 2 ...\n--check",
	  .summary = "make a new directory server on this machine",
	  .help =
	      "  --suffix DN            dc=example,dc=org\n"
	      "  --organisation NAME    no password may hold it\n"
	      "  --server-names NAMES   names and addresses of this server, "
	      "as\n"
	      "                         hosts call it, with commas between\n"
	      "  --break-glass LOGIN    a local account of this machine that\n"
	      "                         Tenure never touches\n"
	      "  --profile NAME         how old a password may become: regulation\n"
	      "                         (30 days), pci (90), cis (365), nist (any\n"
	      "                         age) [regulation]\n"
	      "  --config-dir DIR       slapd's configuration\n"
	      "                         [/etc/ldap/slapd.d]\n"
	      "  --data-dir DIR         its databases [/var/lib/ldap]\n"
	      "  --ldif-dir DIR         the templates\n"
	      "  --check                compare the running slapd with what "
	      "is\n"
	      "                         shipped: status 1 and a line for each\n"
	      "                         overlay, rule or value that is lost\n"
	      "  --upgrade              bring a directory of an earlier "
	      "version\n"
	      "                         to this one; slapd must be stopped\n"
	      "    --dry-run            say what it would do\n"
	      "    --replace-local      where you and Tenure changed the "
	      "same,\n"
	      "                         take Tenure's\n"
	      "  --restore DIR          go back to the backup that --upgrade "
	      "made\n"
	      "A second provider, which takes locks and serves what the first\n"
	      "one, the writer, has:\n"
	      "  --provider 2 --request-out FILE\n"
	      "                         on its machine: make a key, which "
	      "stays\n"
	      "  --add-provider 2 --request FILE --server-names NAMES --out "
	      "FILE\n"
	      "                         at the writer, with slapd stopped\n"
	      "  --provider 2 --bundle FILE [--replication delta|plain]\n"
	      "                         on its machine: what came back [delta]\n"
	      "\n"
	      "Everything is built beside and put in place at the end: a\n"
	      "failure leaves nothing, and a second init changes nothing.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure init --suffix dc=example,dc=org \\\n"
	      "    --organisation 'Example' \\\n"
	      "    --server-names ldap.example.org,10.0.0.1\n"
	      "  tenure init --upgrade --dry-run\n"
	      "  tenure init --provider 2 --request-out provider2.csr\n" },
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
	      "            --request-out FILE [--writer ldaps://SERVER]\n"
	      "            [--profile NAME]\n"
	      "                  make a key, which stays, and a request; with\n"
	      "                  two providers --server names both, and\n"
	      "                  --writer the one that takes changes; the\n"
	      "                  profile of passwords is the directory's\n"
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
	{ .name = "department",
	  .run = cmd_department,
	  .arguments = "set NAME --head LOGIN --as LOGIN\nlist",
	  .summary = "say who heads a department, as hr",
	  .help =
	      "  department set NAME --head LOGIN\n"
	      "                 NAME as the roster writes it; its head\n"
	      "                 confirms applications\n"
	      "  department list\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure department set Sales --head wangwei --as lifang\n" },
	{ .name = "apply",
	  .run = cmd_apply,
	  .arguments = "--number NUMBER --name NAME --department NAME [...]\n"
	               "--roster FILE [--all]\n--service LOGIN --for NAME\n"
	               "--change NAME --to TEXT\n--closure NAME",
	  .summary = "file an application for accounts, or for a change",
	  .help =
	      "  --number NUMBER --name NAME --department NAME\n"
	      "                   a new account for this person; also\n"
	      "  --post POST      the person's post\n"
	      "  --start DAY      first day, YYYY-MM-DD\n"
	      "  --roster FILE    accounts for everybody on the roster who "
	      "has\n"
	      "                   none and is on no approved application\n"
	      "  --all            and those whose account was made without "
	      "one\n"
	      "  --service LOGIN --for NAME\n"
	      "                   a service account, and its owner\n"
	      "  --change NAME --to TEXT\n"
	      "                   something else for an account\n"
	      "  --closure NAME   an account is to end\n"
	      "  --department NAME   whose head confirms, where it is not the\n"
	      "                   one of the account\n"
	      "  --reason TEXT    always: why\n"
	      "\n"
	      "hr, an administrator or the head of the department files it,\n"
	      "and nobody alters it afterwards. The head of the department\n"
	      "confirms (of a roster: hr), then the IT manager approves (of\n"
	      "a change or closure: hr): two people, and neither the one whom\n"
	      "it is for.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure apply --number 100400 --name 王芳 --department Sales "
	      "\\\n"
	      "    --post Clerk --reason 'starts on 1 June' --as lifang\n"
	      "  tenure apply --roster staff.csv --reason 'new staff'\n" },
	{ .name = "approve",
	  .run = cmd_approve,
	  .arguments = "APPLICATION --as LOGIN",
	  .summary = "sign an application: confirm, then approve",
	  .help = "  APPLICATION   as tenure application list calls it\n"
	          "\n"
	          "Who may give the next signature does so, by the own "
	          "password.\n"
	          "The server refuses everybody else.\n"
	          "\n"
	          "EXAMPLES\n"
	          "  tenure approve A-20260601-3f9a1c20 --as wangwei\n" },
	{ .name = "reject",
	  .run = cmd_reject,
	  .arguments = "APPLICATION --reason TEXT --as LOGIN",
	  .summary = "refuse an application, for good",
	  .help = "  APPLICATION     as tenure application list calls it\n"
	          "  --reason TEXT   why; it stands in the application\n"
	          "\n"
	          "Before the second signature. It is final: a new one is "
	          "filed.\n"
	          "\n"
	          "EXAMPLES\n"
	          "  tenure reject A-20260601-3f9a1c20 --as wangwei \\\n"
	          "    --reason 'not my department'\n" },
	{ .name = "application",
	  .run = cmd_application,
	  .arguments = "list [--all]\nshow APPLICATION [--html]",
	  .summary = "list applications, or show one as a form",
	  .help = "  application list [--all]\n"
	          "                those that wait for a signature, or all\n"
	          "  application show APPLICATION [--html]\n"
	          "                the form; with --html one page to print\n"
	          "\n"
	          "EXAMPLES\n"
	          "  tenure application list --all\n"
	          "  tenure application show A-20260601-3f9a1c20 --html "
	          ">form.html\n" },
	{ .name = "issue",
	  .run = cmd_issue,
	  .arguments = "--roster FILE [--apply]\n--application NAME [--apply]\n"
	               "--open LOGIN",
	  .summary = "make approved accounts, and open their slips",
	  .help =
	      "  --roster FILE   the staff roster: CSV, UTF-8 or GB18030\n"
	      "  --application NAME\n"
	      "                  the people whom this application names\n"
	      "  --apply         do it; without it the plan is shown\n"
	      "  --open LOGIN    show the initial password of one person, "
	      "once;\n"
	      "                  who opened it is recorded\n"
	      "\n"
	      "Nobody gets an account who is on no approved application\n"
	      "(tenure apply); root issues without one while there is no IT\n"
	      "manager yet. Who has an account already gets no second one: a\n"
	      "run that was interrupted is simply run again.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure issue --roster staff.csv\n"
	      "  tenure issue --roster staff.csv --apply\n"
	      "  tenure issue --open wangxiaoming\n" },
	{ .name = "show",
	  .run = cmd_show,
	  .arguments = "NAME",
	  .summary = "show one account: state, locks, password, groups",
	  .help = "  NAME   a login, a staff number or a uid\n"
	          "\n"
	          "EXAMPLES\n"
	          "  tenure show wangxiaoming\n"
	          "  tenure show 100001 --json\n" },
	{ .name = "explain",
	  .run = cmd_explain,
	  .arguments = "NAME",
	  .summary = "say for each way in whether it is open, and why",
	  .help = "  NAME   a login or a uid\n"
	          "\n"
	          "On a login host tenured answers, with all that decides "
	          "there. On the\n"
	          "directory server the directory's own facts are judged.\n"
	          "\n"
	          "EXAMPLES\n"
	          "  tenure explain wangxiaoming\n" },
	{ .name = "depart",
	  .run = cmd_depart,
	  .arguments = "NAME --reason TEXT [--application NAME] [--apply]",
	  .summary = "end one person's account, everywhere, now",
	  .help =
	      "  NAME            a login, a staff number or a uid\n"
	      "  --reason TEXT   stands in the lock\n"
	      "  --application NAME\n"
	      "                  the approved closure; staff who leave need\n"
	      "                  none, since HR's roster confirms them\n"
	      "  --apply         do it; without it the plan is shown\n"
	      "\n"
	      "A lock entry is added, then the status is set and read back.\n"
	      "Hosts refuse the person within a second and end open "
	      "sessions.\n"
	      "Nothing is deleted. Who holds a role: tenure role depart.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure depart wangxiaoming --reason 'left on 31 May' "
	      "--apply\n" },
	{ .name = "suspend",
	  .run = cmd_suspend,
	  .arguments = "NAME --reason TEXT [--until DAY]",
	  .summary = "shut one person's account for a while",
	  .help =
	      "  NAME            a login, a staff number or a uid\n"
	      "  --reason TEXT   stands in the lock\n"
	      "  --until DAY     YYYY-MM-DD, up to when it is meant; it ends\n"
	      "                  by a release alone\n"
	      "\n"
	      "A lock entry is added, then the status is set and read back.\n"
	      "Hosts refuse the person within a second and end open "
	      "sessions.\n"
	      "Who holds a role: tenure role suspend.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure suspend wangxiaoming --reason 'long absence' \\\n"
	      "    --until 2026-12-31\n" },
	{ .name = "leak",
	  .run = cmd_leak,
	  .arguments = "report [NAME...] [--reason TEXT] [...]\n"
	               "import FILE [--reason TEXT] [--apply]\n"
	               "list [--all]\nshow CASE [--all]\n"
	               "verify CASE --how TEXT --as LOGIN\n"
	               "item CASE NUMBER --confirmed|--removed --as LOGIN\n"
	               "close CASE --reason TEXT [--show] --as LOGIN\n"
	               "record CASE [--html] [--language zh|en]\n"
	               "dossier CASE [--since DAY] [--items]",
	  .summary = "a password or a key is known to somebody else",
	  .help = leak_help },
	{ .name = "release",
	  .run = cmd_release,
	  .arguments = "NAME --reason TEXT [--lock LOCK] --as LOGIN",
	  .summary = "end a suspension or a departure, as security",
	  .help =
	      "  NAME            a login, a staff number or a uid\n"
	      "  --reason TEXT   stands in the release\n"
	      "  --lock LOCK     which, where more than one is open\n"
	      "\n"
	      "A release entry is added, then the status becomes what the "
	      "locks\n"
	      "that are still open say. Only a member of the security role "
	      "may,\n"
	      "and not for itself: --as LOGIN. A leak report is not released "
	      "so.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure release wangxiaoming --reason 'back at work' "
	      "--as zhaomin\n" },
	{ .name = "reset",
	  .run = cmd_reset,
	  .arguments = "NAME --reason TEXT [--show] [--as LOGIN]",
	  .summary = "give a person a new initial password",
	  .help =
	      "  NAME            a login, a staff number or a uid\n"
	      "  --reason TEXT   stands in the journal\n"
	      "  --show          show the password, once; without it a slip "
	      "is\n"
	      "                  sealed here for tenure issue --open\n"
	      "\n"
	      "The system role resets ordinary people, who are neither "
	      "locked\n"
	      "nor hold a role. The person is told at the next login who did\n"
	      "it and when, must change the password first, and it lapses\n"
	      "unused. Until it is changed it is a finding.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure reset wangxiaoming --reason 'forgot it; asked in "
	      "person' \\\n"
	      "    --as liqiang\n" },
	{ .name = "key",
	  .run = cmd_key,
	  .arguments = "list\nadd FILE [--for LOGIN --as LOGIN]\n"
	               "remove FILE|FINGERPRINT",
	  .summary = "your own SSH keys, with your password",
	  .help =
	      "  key list        fingerprints and types\n"
	      "  key add         FILE is the one that ends in .pub; \"-\" reads "
	      "standard\n"
	      "                  input. Type and key alone are kept\n"
	      "  key remove      by file or by fingerprint\n"
	      "  --for LOGIN     the first key of a key-only account, by the "
	      "system\n"
	      "                  role, where the directory is\n"
	      "\n"
	      "Every host knows within a second. A key belongs to one account\n"
	      "at most; one that a leak or a departure took comes back to\n"
	      "nobody. Keys in ~/.ssh/authorized_keys open nothing.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure key add ~/.ssh/id_ed25519.pub\n"
	      "  tenure key list\n"
	      "  tenure key remove SHA256:Pz6IJcG1vWO1U4dJlxhmx4UqJyCp7sfY5yu"
	      "...\n" },
	{ .name = "role",
	  .run = cmd_role,
	  .arguments = "list\nfill ROLE NAME NAME...\n"
	               "grant ROLE NAME [--level 1|2] --reason TEXT --as LOGIN\n"
	               "revoke|suspend|depart NAME --reason TEXT --as LOGIN",
	  .summary = "who holds which role; ask for a change of it",
	  .help =
	      "  role list       the roles, who holds them, at which level\n"
	      "  role fill       root, once: the first holders of a role that\n"
	      "                  nobody holds\n"
	      "  role grant      ask that NAME gets ROLE: system, security,\n"
	      "                  audit, hr or it-manager\n"
	      "  role revoke     ... loses the role that NAME holds\n"
	      "  role suspend    ... is suspended, and keeps the role\n"
	      "  role depart     ... departs: locked, and out of the role\n"
	      "  --level 1|2     1: superior to those of level 2 [2]\n"
	      "  --reason TEXT   stands in the request\n"
	      "\n"
	      "Nothing changes by one person: two sign (tenure request), one\n"
	      "of them a superior, and the enforcer carries it out. Nobody\n"
	      "holds two roles, and the last two of the first level of system\n"
	      "and security stay.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure role fill security zhaomin zhouli\n"
	      "  tenure role grant system wangxiaoming --reason 'joins us' \\\n"
	      "    --as liqiang\n" },
	{ .name = "request",
	  .run = cmd_request,
	  .arguments = "list [--all]\nshow ID\nsign ID --code CODE --as LOGIN",
	  .summary = "see and sign what two people ask of a role",
	  .help =
	      "  request list    what waits for a signature\n"
	      "  --all           what was answered, too\n"
	      "  request show    all that one asks, and its code\n"
	      "  request sign    put the own name under it\n"
	      "  --code CODE     as request show told it: what was looked at\n"
	      "                  is what is signed\n"
	      "\n"
	      "A request is never altered, only signed, by two people who are\n"
	      "not the one concerned: a superior (the first level of the role,\n"
	      "or of security) and somebody of system or security. Then it is\n"
	      "carried out within a second, or refused with a reason. After 14\n"
	      "days it lapses.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure request list --as zhaomin\n"
	      "  tenure request show 3f9a22c1 --as zhaomin\n"
	      "  tenure request sign 3f9a22c1 --code 0b1c-77d2-904e \\\n"
	      "    --as zhaomin\n" },
	{ .name = "audit",
	  .run = cmd_audit,
	  .arguments = "--roster FILE [--apply|--unattended] | --ask-peer",
	  .summary = "compare roster, directory and hosts; end departures",
	  .help =
	      "  --roster FILE   the staff roster: CSV, UTF-8 or GB18030\n"
	      "  --apply         disable whom the plan says; without it the\n"
	      "                  plan and the findings are shown\n"
	      "  --unattended    as tenure-scheduler, every day: ask for the\n"
	      "                  departures, which the enforcer grants, and\n"
	      "                  leave a report in /var/lib/tenure/audit\n"
	      "  --ask-peer      before that, as openldap or root: keep for it\n"
	      "                  what hosts report to the other directory server\n"
	      "\n"
	      "It disables and nothing else. Brakes bound what one run may\n"
	      "disable, in all and per department; they are never off. What\n"
	      "contradicts itself is listed for a human.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure audit --roster staff.csv\n"
	      "  tenure audit --roster staff.csv --apply\n"
	      "  tenure audit --roster staff.csv --json\n"
	      "  runuser -u tenure-scheduler -- \\\n"
	      "    tenure audit --unattended --roster staff.csv\n" },
	{ .name = "status",
	  .run = cmd_status,
	  .arguments = "",
	  .summary = "say how the directory and this host are",
	  .help =
	      "On the directory server: the last unattended audit and its\n"
	      "findings, the requests that wait, and when each host was last\n"
	      "seen. On a login host: what tenured knows, and when it heard\n"
	      "the directory last.\n"
	      "\n"
	      "Status 1 where an audit is older than 26 hours or has "
	      "findings,\n"
	      "a host is silent, or the directory is not heard.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure status\n"
	      "  tenure status --json\n" },
	{ .name = "doctor",
	  .run = cmd_doctor,
	  .arguments = "[--canary | --canary-host LOGIN]",
	  .summary = "is this machine set up as it must be, and how to mend it",
	  .help =
	      "  --canary             on the directory server: make an "
	      "account,\n"
	      "                       let it in, lock it, and see every way "
	      "in shut;\n"
	      "                       it stays, departed\n"
	      "  --canary-host LOGIN  on a login host: is that canary "
	      "refused?\n"
	      "\n"
	      "Without an option every check of this machine runs, as root, "
	      "and\n"
	      "nothing is changed. A complaint is one line with the way out: "
	      "status 1;\n"
	      "3 when there is none, and something could not be told.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure doctor\n"
	      "  tenure doctor --json\n"
	      "  tenure doctor --canary\n"
	      "  tenure doctor --canary-host canary-0a1b2c3d\n" },
	{ .name = "leaked",
	  .run = cmd_leaked,
	  .arguments = "build FILE... [--out FILE]\ncheck [FILE] [--whole]\n"
	               "find [FILE]",
	  .summary = "make the file of leaked passwords, look at it, ask it",
	  .help =
	      "  leaked build FILE...   make it out of lists: HASH:COUNT lines\n"
	      "                         of haveibeenpwned.com, SHA-1 hashes, or\n"
	      "                         words, one a line; - is standard input\n"
	      "  --out FILE             [/var/lib/tenure/leaked]\n"
	      "  --words, --hashes      what the lists are, whatever their "
	      "first\n"
	      "                         lines look like\n"
	      "  leaked check           is it one, of when, of how many\n"
	      "  --whole                read all of it\n"
	      "  leaked find            ask for one password: status 1 if it "
	      "is\n"
	      "                         in it\n"
	      "\n"
	      "Which file is asked for each new password: leaked_passwords in\n"
	      "tenure.conf. Status 1 where lines were neither hash nor word.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure leaked build pwnedpasswords.txt words-of-here.txt\n"
	      "  zcat rockyou.txt.gz | tenure leaked build --words -\n"
	      "  tenure leaked check --whole\n" },
	{ .name = "journal",
	  .run = cmd_journal,
	  .arguments = "show [--person NAME] [--since DATE]\nverify",
	  .summary = "who did what to whom, and whether the record holds",
	  .help =
	      "  journal show     what the commands changed and revealed\n"
	      "  --person NAME    only what concerns this login or staff "
	      "number\n"
	      "  --since DATE     only from this day on, YYYY-MM-DD\n"
	      "  journal verify   follow every chain: an edit, a removal, a\n"
	      "                   reorder or a gap is found, status 1\n"
	      "\n"
	      "Read by root on the directory server and by the audit role.\n"
	      "Until the heads of the chains are signed, verify says that the\n"
	      "journal is consistent in itself, and no more.\n"
	      "\n"
	      "EXAMPLES\n"
	      "  tenure journal show --person wangxiaoming --since "
	      "2026-11-01\n"
	      "  tenure journal verify --as zhouli\n" },
	{ .name = NULL },
};
