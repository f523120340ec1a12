/*
 * What a version of Tenure shipped: without it nobody could tell what the
 * administrator changed. The first version kept no record, so its templates
 * are shipped; each later one leaves what it made in UPGRADE_SHIPPED.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "init_slapd.h"
#include "upgrade.h"

#define SCHEMA_KEY "tenure,schema,config,"
#define MARK       "tenureVersion tenureRoot:3."

int
upgrade_version(const struct ldif_tree *config, unsigned int *ret,
                struct tn_err *err)
{
	const struct ldif_entry *schema = ldif_tree_find(config, SCHEMA_KEY);
	unsigned int version = 1;
	size_t i;

	if (!schema)
		return tn_fail(err, TN_E_NOT_FOUND,
		               "slapd's configuration has no schema of "
		               "Tenure's: tenure init did not make it");
	for (i = 0; i < schema->count; i++) {
		const char *mark = strstr(schema->lines[i], MARK);

		if (mark &&
		    ldif_line_is(schema->lines[i], "olcObjectIdentifier"))
			version = (unsigned int)strtoul(mark + sizeof(MARK) - 1,
			                                NULL, 10);
	}
	*ret = version;
	return TN_OK;
}

static int
parse_config(struct tn_buf *dump, struct ldif_tree *ret, struct tn_err *err)
{
	int status;

	if (!tn_buf_text(dump))
		return tn_fail(err, dump->failed, "slapcat");
	status = ldif_tree_parse(tn_buf_text(dump), ret, err);
	return status == TN_OK ? ldif_tree_index(ret, err) : status;
}

static int
render_data(const struct init_plan *plan, struct tn_buf *ret,
            struct tn_err *err)
{
	int status = TN_OK;
	size_t i;

	for (i = 0; status == TN_OK && i < INIT_DATABASES; i++) {
		if (!init_slapd_fills(plan, i))
			continue;
		status = init_render(plan, init_databases[i].first,
		                     plan->data_dir, ret, err);
		tn_buf_put_text(ret, "\n");
	}
	if (status == TN_OK && !tn_buf_text(ret))
		status = tn_fail(err, ret->failed, "%s", plan->ldif_dir);
	return status;
}

int
upgrade_shipped_now(const struct init_plan *plan, struct ldif_tree *config,
                    struct ldif_tree *data, struct tn_err *err)
{
	struct tn_buf text;
	int status;

	tn_buf_init(&text, INIT_DUMP_MAX);
	status = init_slapd_shipped(plan, &text, err);
	if (status == TN_OK)
		status = parse_config(&text, config, err);
	tn_buf_reset(&text);
	if (status == TN_OK)
		status = render_data(plan, &text, err);
	if (status == TN_OK)
		status = ldif_tree_parse(tn_buf_text(&text), data, err);
	tn_buf_done(&text);
	return status;
}

static int
read_kept(const char *name, struct ldif_tree *ret, struct tn_err *err)
{
	char path[PLACE_PATH_MAX];
	char *text = NULL;
	size_t len;
	int status;

	snprintf(path, sizeof(path), UPGRADE_SHIPPED "/%s", name);
	status =
	    tn_file_read_trusted(path, INIT_DUMP_MAX, true, &text, &len, err);
	if (status == TN_OK)
		status = ldif_tree_parse(text, ret, err);
	free(text);
	return status;
}

static int
render_first_version(const struct init_plan *plan, struct ldif_tree *config,
                     struct ldif_tree *data, struct tn_err *err)
{
	struct init_plan first = *plan;
	char folder[INIT_PATH_MAX + 16];
	struct tn_buf text;
	int status;

	snprintf(folder, sizeof(folder), "%s/version-1", plan->ldif_dir);
	first.ldif_dir = folder;
	tn_buf_init(&text, INIT_DUMP_MAX);
	status = init_slapd_shipped(&first, &text, err);
	if (status == TN_OK)
		status = parse_config(&text, config, err);
	tn_buf_reset(&text);
	if (status == TN_OK)
		status = init_render(&first, "data.ldif", first.data_dir, &text,
		                     err);
	if (status == TN_OK && !tn_buf_text(&text))
		status = tn_fail(err, text.failed, "%s", folder);
	if (status == TN_OK)
		status = ldif_tree_parse(tn_buf_text(&text), data, err);
	tn_buf_done(&text);
	return status;
}

int
upgrade_shipped_then(const struct init_plan *plan, unsigned int version,
                     struct ldif_tree *config, struct ldif_tree *data,
                     struct tn_err *err)
{
	int status;

	if (version == 1)
		return render_first_version(plan, config, data, err);
	status = read_kept("config.ldif", config, err);
	if (status == TN_OK)
		status = ldif_tree_index(config, err);
	if (status == TN_OK)
		status = read_kept("data.ldif", data, err);
	if (status != TN_OK)
		tn_context(err, "what version %u shipped, to tell your changes",
		           version);
	return status;
}

int
upgrade_shipped_save(const struct init_plan *plan, const char *folder,
                     struct tn_err *err)
{
	char path[PLACE_PATH_MAX + 16];
	struct tn_buf text;
	int status;

	tn_buf_init(&text, INIT_DUMP_MAX);
	status = init_slapd_shipped(plan, &text, err);
	snprintf(path, sizeof(path), "%s/config.ldif", folder);
	if (status == TN_OK)
		status =
		    tn_file_save(path, text.data, text.len, 0600, 0, 0, err);
	tn_buf_reset(&text);
	if (status == TN_OK)
		status = render_data(plan, &text, err);
	snprintf(path, sizeof(path), "%s/data.ldif", folder);
	if (status == TN_OK)
		status =
		    tn_file_save(path, text.data, text.len, 0600, 0, 0, err);
	tn_buf_done(&text);
	return status;
}
