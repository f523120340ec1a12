#include "upgrade_values.h"

#include <string.h>
#include <strings.h>

const char *
upgrade_value_text(const char *line)
{
	const char *text = line + strcspn(line, ":") + 1;

	text += strspn(text, " ");
	return ldif_unnumbered(text);
}

void
upgrade_values_of(const struct ldif_entry *entry, const char *attribute,
                  struct upgrade_values *ret)
{
	size_t i;

	ret->count = 0;
	ret->is_numbered = false;
	for (i = 0; entry && i < entry->count; i++) {
		const char *line = entry->lines[i];
		const char *text;

		if (!ldif_line_is(line, attribute))
			continue;
		text = line + strlen(attribute) + 1;
		text += strspn(text, " ");
		if (ldif_unnumbered(text) != text)
			ret->is_numbered = true;
		ret->lines[ret->count++] = line;
	}
}

static bool
has(const struct upgrade_values *values, const char *text)
{
	size_t i;

	for (i = 0; i < values->count; i++) {
		if (!strcmp(upgrade_value_text(values->lines[i]), text))
			return true;
	}
	return false;
}

bool
upgrade_values_same(const struct upgrade_values *left,
                    const struct upgrade_values *right)
{
	size_t i;

	if (left->count != right->count)
		return false;
	for (i = 0; i < left->count; i++) {
		const char *text = upgrade_value_text(left->lines[i]);

		if (left->is_numbered
		        ? strcmp(text, upgrade_value_text(right->lines[i])) != 0
		        : !has(right, text))
			return false;
	}
	return true;
}

enum upgrade_rule
upgrade_rule_of(const char *attribute)
{
	/* What opens or shuts nothing. Everything that is not named here,
	   access rules before all, is whole. */
	static const struct {
		const char *attribute;
		enum upgrade_rule rule;
	} rules[] = {
		{ "objectClass", UPGRADE_KEYED },
		{ "olcAccessLogPurge", UPGRADE_THEIRS },
		{ "olcAttributeTypes", UPGRADE_KEYED },
		{ "olcConstraintAttribute", UPGRADE_KEYED },
		{ "olcDbCheckpoint", UPGRADE_THEIRS },
		{ "olcDbIndex", UPGRADE_KEYED },
		{ "olcDbMaxEntrySize", UPGRADE_THEIRS },
		{ "olcDbMaxReaders", UPGRADE_THEIRS },
		{ "olcDbMaxSize", UPGRADE_THEIRS },
		{ "olcIdleTimeout", UPGRADE_THEIRS },
		{ "olcLimits", UPGRADE_KEYED },
		{ "olcLogLevel", UPGRADE_THEIRS },
		{ "olcModuleLoad", UPGRADE_KEYED },
		{ "olcObjectClasses", UPGRADE_KEYED },
		{ "olcObjectIdentifier", UPGRADE_KEYED },
		{ "olcSpCheckpoint", UPGRADE_THEIRS },
		{ "olcThreads", UPGRADE_THEIRS },
		{ "olcUniqueURI", UPGRADE_KEYED },
		{ "olcWriteTimeout", UPGRADE_THEIRS },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rules); i++) {
		if (!strcasecmp(rules[i].attribute, attribute))
			return rules[i].rule;
	}
	return UPGRADE_WHOLE;
}

size_t
upgrade_value_key(const char *attribute, const char *text)
{
	size_t len = 0;
	bool quoted = false;

	/* "( 2.25.1:7 NAME ..." by its number. */
	if (!strcasecmp(attribute, "olcAttributeTypes") ||
	    !strcasecmp(attribute, "olcObjectClasses")) {
		len = strcspn(text, "(");
		len += strspn(text + len, "( ");
		return len + strcspn(text + len, " ");
	}
	/* Two rules on one attribute are two rules. */
	if (!strcasecmp(attribute, "olcConstraintAttribute") ||
	    !strcasecmp(attribute, "olcUniqueURI"))
		return strlen(text);
	/* The first word: a selector, attributes, a module, a name. */
	while (text[len] && (quoted || text[len] != ' '))
		quoted ^= text[len++] == '"';
	return len;
}
