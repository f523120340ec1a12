/* Tables for the password rules. NULL-terminated, UTF-8, lower case. */
#ifndef TN_ACCOUNT_PASSWORD_TABLES_H
#define TN_ACCOUNT_PASSWORD_TABLES_H

/* Characters that follow each other: three of them are no chance. */
extern const char *const tn_password_sequences[];
/* Rows of keys: four of them are no chance. */
extern const char *const tn_password_rows[];
/* What people choose, in English and in Chinese. Leet is found by the rule. */
extern const char *const tn_password_common[];

#endif
