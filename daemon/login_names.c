#include <config.h>

#include "login_names.h"

#include <stdlib.h>
#include <string.h>

static uint32_t
hash_name(const void *names, uint32_t number)
{
	return tn_number_hash_text(tn_names_text(names, number));
}

void
tn_names_init(struct tn_login_names *names)
{
	*names = (struct tn_login_names){ .vacant = TN_NO_NUMBER,
		                          .index = { .hash = hash_name } };
}

void
tn_names_done(struct tn_login_names *names)
{
	tn_store_done(&names->texts);
	free(names->data);
	tn_number_index_done(&names->index);
	tn_names_init(names);
}

const char *
tn_names_text(const struct tn_login_names *names, uint32_t number)
{
	return tn_store_at(&names->texts, names->data[number].place);
}

uint32_t
tn_names_find(const struct tn_login_names *names, const char *login)
{
	uint32_t hash = tn_number_hash_text(login);
	size_t position = 0;
	uint32_t number;

	while ((number = tn_number_index_next(&names->index, hash,
	                                      &position)) != TN_NO_NUMBER)
		if (strcmp(tn_names_text(names, number), login) == 0)
			break;
	return number;
}

static bool
reserve(struct tn_login_names *names)
{
	uint32_t room = names->room != 0 ? names->room + names->room / 2 : 64;
	struct tn_login_name *grown;

	if (names->vacant == TN_NO_NUMBER && names->count == names->room) {
		if (room > UINT32_MAX / 2)
			return false;
		grown = reallocarray(names->data, room, sizeof(*grown));
		if (grown == NULL)
			return false;
		names->data = grown;
		names->room = room;
	}
	return tn_number_index_reserve(&names->index, names);
}

uint32_t
tn_names_take(struct tn_login_names *names, const char *login)
{
	uint32_t number = tn_names_find(names, login);
	uint32_t place;

	if (number != TN_NO_NUMBER) {
		names->data[number].uses++;
		return number;
	}
	place = reserve(names)
	            ? tn_store_put(&names->texts, login, strlen(login) + 1)
	            : 0;
	if (place == 0)
		return TN_NO_NUMBER;
	if (names->vacant != TN_NO_NUMBER) {
		number = names->vacant;
		names->vacant = names->data[number].uses;
	} else {
		number = names->count++;
	}
	names->data[number] = (struct tn_login_name){ .place = place,
		                                      .uses = 1,
		                                      .first = TN_NO_NUMBER };
	tn_number_index_put(&names->index, names, number);
	return number;
}

void
tn_names_drop(struct tn_login_names *names, uint32_t number)
{
	struct tn_login_name *name = &names->data[number];

	if (--name->uses > 0)
		return;
	tn_number_index_drop(&names->index, names, number);
	tn_store_drop(&names->texts, name->place,
	              strlen(tn_names_text(names, number)) + 1);
	*name = (struct tn_login_name){ .uses = names->vacant };
	names->vacant = number;
}
