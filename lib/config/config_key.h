/* The table of keys, and how a value gets into its field. Inside lib/config. */
#ifndef TN_CONFIG_KEY_H
#define TN_CONFIG_KEY_H

#include <stddef.h>
#include <stdint.h>
#include "config/config.h"

enum tn_config_type {
	TN_CONFIG_TEXT,   /* char * */
	TN_CONFIG_LIST,   /* char *[max + 1], NULL-terminated */
	TN_CONFIG_INT,    /* int */
	TN_CONFIG_INT64,  /* int64_t */
	TN_CONFIG_UINT32, /* uint32_t */
	TN_CONFIG_BOOL,   /* bool: yes, no */
	TN_CONFIG_OFFSET, /* int: "+08:00" as seconds */
};

struct tn_config_key {
	struct tn_config_about about;
	enum tn_config_type type;
	size_t offset; /* of the field in struct tn_config */
	int64_t min;   /* numbers, and the length of a list, inclusive */
	int64_t max;
	/* What is wrong with one text or list item, or NULL; may be NULL. */
	const char *(*check)(const char *text);
};

#define TN_CONFIG_KEYS 51

extern const struct tn_config_key tn_config_keys[TN_CONFIG_KEYS];

/* Sets key's field, freeing what it held. value is clean UTF-8, trimmed.
   TN_E_INVALID (the text names neither line nor key), TN_E_NO_MEMORY. */
int tn_config_set(struct tn_config *config, const struct tn_config_key *key,
                  const char *value, struct tn_err *err);
/* Frees what key's field holds. */
void tn_config_clear(struct tn_config *config, const struct tn_config_key *key);

#endif
