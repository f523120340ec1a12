/* The part of the account table that finds who has a uuid, or claims a login,
   a number or a staff number. */
#include <config.h>

#include <string.h>
#include "account_table.h"

static uint32_t
place_of(const struct tn_account_table *table, uint32_t number)
{
	return table->entries[number].place;
}

uint32_t
tn_table_find(const struct tn_account_table *table, const struct tn_uuid *uuid)
{
	uint32_t hash = tn_number_hash_bytes(uuid->byte, TN_UUID_LEN);
	size_t position = 0;
	struct tn_uuid other;
	uint32_t number;

	while ((number = tn_number_index_next(&table->uuids, hash,
	                                      &position)) != TN_NO_NUMBER) {
		other = tn_account_store_uuid(&table->store,
		                              place_of(table, number));
		if (memcmp(other.byte, uuid->byte, TN_UUID_LEN) == 0)
			break;
	}
	return number;
}

uint32_t
tn_table_next_login(const struct tn_account_table *table, const char *login,
                    size_t *position)
{
	uint32_t hash = tn_number_hash_text(login);
	uint32_t number;

	while ((number = tn_number_index_next(&table->logins, hash,
	                                      position)) != TN_NO_NUMBER)
		if (strcmp(tn_account_store_login(&table->store,
		                                  place_of(table, number)),
		           login) == 0)
			break;
	return number;
}

static uint32_t
next_uid(const struct tn_account_table *table, uint32_t uid, size_t *position)
{
	uint32_t hash = tn_number_hash_id(uid);
	uint32_t number;

	while ((number = tn_number_index_next(&table->uids, hash, position)) !=
	       TN_NO_NUMBER)
		if (tn_account_store_uid(&table->store,
		                         place_of(table, number)) == uid)
			break;
	return number;
}

static uint32_t
next_staff(const struct tn_account_table *table, const char *staff_number,
           size_t *position)
{
	uint32_t hash = tn_number_hash_text(staff_number);
	uint32_t number;

	if (staff_number[0] == '\0')
		return TN_NO_NUMBER;
	while ((number = tn_number_index_next(&table->staff_numbers, hash,
	                                      position)) != TN_NO_NUMBER)
		if (strcmp(tn_account_store_staff(&table->store,
		                                  place_of(table, number)),
		           staff_number) == 0)
			break;
	return number;
}

uint32_t
tn_table_next_claimant(const struct tn_account_table *table,
                       enum tn_claim claim, const struct tn_account *account,
                       size_t *position)
{
	switch (claim) {
	case TN_CLAIM_LOGIN:
		return tn_table_next_login(table, account->login, position);
	case TN_CLAIM_UID:
		return next_uid(table, account->uid, position);
	case TN_CLAIM_STAFF:
	default:
		return next_staff(table, account->staff_number, position);
	}
}
