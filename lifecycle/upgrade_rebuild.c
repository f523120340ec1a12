/*
 * The configuration, and the databases that change, made beside their places
 * from LDIF; then read again and compared, entry by entry.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "init_run.h"
#include "init_slapd.h"
#include "ldif_stream.h"
#include "upgrade.h"
#include "upgrade_merge.h"

#define SLAPADD "/usr/sbin/slapadd"
#define SLAPCAT "/usr/sbin/slapcat"

static void
name_ldif(const struct upgrade *upgrade, const struct upgrade_database *of,
          const char *ending, char ret[PLACE_PATH_MAX + 64])
{
	snprintf(ret, PLACE_PATH_MAX + 64, "%s/%d.%s", upgrade->state_shop,
	         of->becomes, ending);
}

/* Workshops: beside each folder, so that a rename is enough at the end. */
static int
open_shop(struct upgrade *upgrade, struct upgrade_database *of,
          struct tn_err *err)
{
	const uid_t uid = upgrade->plan.slapd_uid;
	const gid_t gid = upgrade->plan.slapd_gid;
	char path[PLACE_PATH_MAX];
	int status;

	snprintf(path, sizeof(path), "%.*s",
	         (int)(strrchr(of->folder, '/') - of->folder), of->folder);
	status =
	    init_place_beside(&upgrade->place, path, uid, gid, of->shop, err);
	snprintf(path, sizeof(path), "%.*s/new", PLACE_PATH_MAX - 8, of->shop);
	if (status == TN_OK && of->is_rebuilt)
		status = init_place_folder(&upgrade->place, path, 0700, uid,
		                           gid, err);
	/* One that was not there: slapd wants to see it. */
	if (status == TN_OK && of->was < 0)
		status = init_place_is_free(of->folder, err);
	if (status == TN_OK && of->is_rebuilt)
		status = init_place_folder(&upgrade->place, of->folder, 0700,
		                           uid, gid, err);
	return status;
}

static int
put_entry(FILE *file, const struct ldif_entry *entry, struct tn_err *err)
{
	struct tn_buf text;
	int status = TN_OK;

	tn_buf_init(&text, LDIF_STREAM_MAX);
	ldif_entry_put(entry, &text);
	if (text.failed)
		status = tn_fail(err, text.failed, "%s", entry->dn);
	else if (fwrite(text.data, 1, text.len, file) != text.len)
		status = tn_fail_errno(err, TN_E_IO, errno, "LDIF");
	tn_buf_done(&text);
	return status;
}

/* New entries: the topmost before all others, the rest behind them. */
static int
put_added(struct upgrade *upgrade, const struct upgrade_database *of,
          bool is_top, FILE *file, struct tn_err *err)
{
	size_t i;
	int status = TN_OK;

	for (i = 0; status == TN_OK && i < upgrade->added.count; i++) {
		const struct ldif_entry *entry = upgrade->added.entries[i];

		if (upgrade_database_of(upgrade, entry->dn) == of &&
		    (strlen(entry->dn) == strlen(of->suffix)) == is_top)
			status = put_entry(file, entry, err);
	}
	return status;
}

/* What of one database's backup belongs to this one, then. */
static int
put_from(struct upgrade *upgrade, const struct upgrade_database *source,
         const struct upgrade_database *of, FILE *file, struct tn_err *err)
{
	char path[PLACE_PATH_MAX + 64];
	struct ldif_stream stream;
	bool more;
	int status;

	upgrade_backup_name(upgrade->source, source, path);
	/* A new one, or one that an older backup does not know. */
	if (access(path, F_OK) &&
	    (source->was < 0 || strcmp(upgrade->source, upgrade->kept) != 0))
		return TN_OK;
	status = ldif_stream_open(path, &stream, err);
	while (status == TN_OK) {
		const struct ldif_entry *edited;

		status = ldif_stream_next(&stream, &more, err);
		if (status != TN_OK || !more)
			break;
		if (upgrade_database_of(upgrade, stream.dn) != of)
			continue;
		edited = ldif_tree_named(&upgrade->edited, stream.dn);
		if (edited)
			status = put_entry(file, edited, err);
		else if (fwrite(stream.text, 1, stream.len, file) != stream.len)
			status = tn_fail_errno(err, TN_E_IO, errno, "LDIF");
	}
	ldif_stream_close(&stream);
	return status;
}

static int
write_ldif(struct upgrade *upgrade, const struct upgrade_database *of,
           struct tn_err *err)
{
	char path[PLACE_PATH_MAX + 64];
	FILE *file;
	size_t i;
	int status;

	name_ldif(upgrade, of, "ldif", path);
	file = fopen(path, "wxe");
	if (!file)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	status = put_added(upgrade, of, true, file, err);
	for (i = 0; status == TN_OK && i < upgrade->count; i++) {
		const struct upgrade_database *source = &upgrade->databases[i];

		if (source == of ||
		    ldif_dn_is_within(of->suffix, source->suffix))
			status = put_from(upgrade, source, of, file, err);
	}
	if (status == TN_OK)
		status = put_added(upgrade, of, false, file, err);
	if (fclose(file) && status == TN_OK)
		status = tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	return status;
}

/* The configuration to be, with the workshops for folders where is_loading. */
static int
make_config(struct upgrade *upgrade, const char *folder, bool is_loading,
            struct tn_err *err)
{
	const char *const argv[] = { SLAPADD, "-n", "0", "-F", folder, NULL };
	struct tn_buf text;
	size_t i, k;
	int status;

	tn_buf_init(&text, INIT_DUMP_MAX);
	for (i = 0; i < upgrade->merged.count; i++) {
		const struct ldif_entry *entry = upgrade->merged.entries[i];
		const char *suffix = ldif_entry_value(entry, "olcSuffix");
		const struct upgrade_database *of =
		    suffix ? upgrade_database_of(upgrade, suffix) : NULL;

		tn_buf_printf(&text, "dn: %s\n", entry->dn);
		for (k = 0; k < entry->count; k++) {
			const char *line = entry->lines[k];

			if (is_loading && of && of->is_rebuilt &&
			    ldif_line_is(line, "olcDbDirectory"))
				tn_buf_printf(&text, "olcDbDirectory: %s/new\n",
				              of->shop);
			else
				tn_buf_printf(&text, "%s\n", line);
		}
		tn_buf_put_text(&text, "\n");
	}
	if (text.failed)
		status = tn_fail(err, text.failed, "the configuration");
	else
		status =
		    init_run(argv, text.data, text.len, upgrade->plan.slapd_uid,
		             upgrade->plan.slapd_gid, NULL, err);
	tn_buf_done(&text);
	return status;
}

/* Did slapd take the configuration as it was meant? */
static int
check_config(const struct upgrade *upgrade, const char *folder,
             struct tn_err *err)
{
	struct ldif_tree made = { 0 };
	struct tn_buf dump;
	size_t i;
	int status;

	tn_buf_init(&dump, INIT_DUMP_MAX);
	status = init_slapd_dump(&upgrade->plan, folder, &dump, err);
	if (status == TN_OK && !tn_buf_text(&dump))
		status = tn_fail(err, dump.failed, "slapcat");
	if (status == TN_OK)
		status = ldif_tree_parse(tn_buf_text(&dump), &made, err);
	for (i = 0; status == TN_OK && i < upgrade->merged.count; i++) {
		const struct ldif_entry *meant = upgrade->merged.entries[i];
		const struct ldif_entry *is = ldif_tree_named(&made, meant->dn);

		if (!is || !upgrade_is_same(meant, is))
			status = tn_fail(err, TN_E_DAMAGED,
			                 "slapd took %s otherwise than meant",
			                 meant->dn);
	}
	if (status == TN_OK && made.count != upgrade->merged.count)
		status = tn_fail(err, TN_E_DAMAGED,
		                 "slapd made more of it than meant");
	ldif_tree_done(&made);
	tn_buf_done(&dump);
	return status;
}

/* Is what slapcat says what slapadd was given? New and changed entries get
   times and numbers of their own. */
static int
compare(const struct upgrade *upgrade, const char *given, const char *got,
        struct tn_err *err)
{
	struct ldif_stream left, right = { 0 };
	bool more = true, also = true;
	int status = ldif_stream_open(given, &left, err);

	if (status == TN_OK)
		status = ldif_stream_open(got, &right, err);
	while (status == TN_OK && more) {
		status = ldif_stream_next(&left, &more, err);
		if (status == TN_OK)
			status = ldif_stream_next(&right, &also, err);
		if (status != TN_OK)
			break;
		if (more != also)
			status = tn_fail(err, TN_E_DAMAGED,
			                 "slapd has not all entries");
		else if (more && strcmp(left.dn, right.dn) != 0)
			status =
			    tn_fail(err, TN_E_DAMAGED, "slapd has %s for %s",
			            right.dn, left.dn);
		else if (more && !ldif_tree_named(&upgrade->edited, left.dn) &&
		         !ldif_tree_named(&upgrade->added, left.dn) &&
		         strcmp(left.text, right.text) != 0)
			status = tn_fail(err, TN_E_DAMAGED,
			                 "slapd has another %s", left.dn);
	}
	ldif_stream_close(&left);
	ldif_stream_close(&right);
	return status;
}

/* Run one of slapd's tools on a database, from or to a file. */
static int
run_on(const struct upgrade *upgrade, const char *const *argv, const char *path,
       bool is_output, struct tn_err *err)
{
	int fd = open(path,
	              is_output ? O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
	                        : O_RDONLY | O_CLOEXEC,
	              0600);
	int status;

	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	status = init_run_files(argv, is_output ? -1 : fd, is_output ? fd : -1,
	                        upgrade->plan.slapd_uid,
	                        upgrade->plan.slapd_gid, err);
	close(fd);
	return status;
}

static int
load(struct upgrade *upgrade, const struct upgrade_database *of,
     const char *loading, struct tn_err *err)
{
	char number[16];
	char given[PLACE_PATH_MAX + 64], got[PLACE_PATH_MAX + 64];
	const char *const slapadd[] = { SLAPADD, "-q",    "-n", number,
		                        "-F",    loading, NULL };
	const char *const slapcat[] = { SLAPCAT,        "-n", number,  "-o",
		                        "ldif-wrap=no", "-F", loading, NULL };
	int status;

	snprintf(number, sizeof(number), "%d", of->becomes);
	name_ldif(upgrade, of, "ldif", given);
	name_ldif(upgrade, of, "check", got);
	status = run_on(upgrade, slapadd, given, false, err);
	if (status == TN_OK)
		status = run_on(upgrade, slapcat, got, true, err);
	if (status == TN_OK)
		status = compare(upgrade, given, got, err);
	/* It holds hashes, and may be large. */
	unlink(given);
	unlink(got);
	if (status != TN_OK)
		tn_context(err, "%s", of->suffix);
	return status;
}

int
upgrade_rebuild(struct upgrade *upgrade, struct tn_err *err)
{
	const uid_t uid = upgrade->plan.slapd_uid;
	const gid_t gid = upgrade->plan.slapd_gid;
	char loading[PLACE_PATH_MAX + 16], staying[PLACE_PATH_MAX + 16];
	size_t i;
	int status = TN_OK;

	for (i = 0; status == TN_OK && i < upgrade->count; i++) {
		if (upgrade->databases[i].is_rebuilt ||
		    upgrade->databases[i].becomes < 0)
			status =
			    open_shop(upgrade, &upgrade->databases[i], err);
	}
	snprintf(loading, sizeof(loading), "%s/loading", upgrade->config_shop);
	snprintf(staying, sizeof(staying), "%s/slapd.d", upgrade->config_shop);
	if (status == TN_OK)
		status = init_place_folder(&upgrade->place, loading, 0750, uid,
		                           gid, err);
	if (status == TN_OK)
		status = init_place_folder(&upgrade->place, staying, 0750, uid,
		                           gid, err);
	if (status == TN_OK)
		status = make_config(upgrade, loading, true, err);
	for (i = 0; status == TN_OK && i < upgrade->count; i++) {
		if (!upgrade->databases[i].is_rebuilt)
			continue;
		status = write_ldif(upgrade, &upgrade->databases[i], err);
		if (status == TN_OK)
			status =
			    load(upgrade, &upgrade->databases[i], loading, err);
	}
	if (status == TN_OK)
		status = make_config(upgrade, staying, false, err);
	if (status == TN_OK)
		status = check_config(upgrade, staying, err);
	return status;
}
