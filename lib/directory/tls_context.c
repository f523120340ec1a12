/*
 * TLS contexts: the authority, the certificate and the key as GnuTLS has read
 * them. libldap keeps options without a word when they have no effect, so each
 * is checked, and the new context too: a broken file shows only there.
 *
 * libldap loses about 30 kB with every context that it makes (tls_g.c never
 * frees the key, the certificate and the first priorities that it read), so a
 * daemon cannot make one for each login. They are kept for as long as their
 * files stand unchanged.
 */
#include "directory/connection_private.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/attrs.h"

/* That loss is known: the leak checker need not repeat it. */
#ifdef __SANITIZE_ADDRESS__
/* NOLINTBEGIN(bugprone-reserved-identifier): the runtime's own names */
void __lsan_disable(void);
void __lsan_enable(void);
#else
#define __lsan_disable() ((void)0)
#define __lsan_enable()  ((void)0)
/* NOLINTEND(bugprone-reserved-identifier) */
#endif

/* LDAP_OPT_X_TLS_PROTOCOL_MIN is ignored with GnuTLS; this is not. */
#define PRIORITY "SECURE128:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3"

#define FILES        3
#define CONTEXTS_MAX 8 /* kept; a program has one or two */

/* A file as it was when it was read. */
struct stamp {
	bool is_set;
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified;
	struct timespec changed;
};

struct kept {
	void *context; /* libldap's, one reference ours; NULL: free slot */
	struct stamp stamps[FILES];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct kept kept[CONTEXTS_MAX];
static size_t next_slot;

static int
take_stamp(const char *path, struct stamp *ret, struct tn_err *err)
{
	struct stat status;

	memset(ret, 0, sizeof(*ret));
	if (path == NULL)
		return TN_OK;
	if (stat(path, &status) != 0 || access(path, R_OK) != 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	ret->is_set = true;
	ret->device = status.st_dev;
	ret->inode = status.st_ino;
	ret->size = status.st_size;
	ret->modified = status.st_mtim;
	ret->changed = status.st_ctim;
	return TN_OK;
}

static bool
is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool
is_same(const struct stamp *a, const struct stamp *b)
{
	return a->is_set == b->is_set && a->device == b->device &&
	       a->inode == b->inode && a->size == b->size &&
	       is_same_time(&a->modified, &b->modified) &&
	       is_same_time(&a->changed, &b->changed);
}

static struct kept *
find(const struct stamp stamps[FILES])
{
	size_t slot;
	size_t i;

	for (slot = 0; slot < CONTEXTS_MAX; slot++) {
		if (kept[slot].context == NULL)
			continue;
		for (i = 0; i < FILES; i++)
			if (!is_same(&kept[slot].stamps[i], &stamps[i]))
				break;
		if (i == FILES)
			return &kept[slot];
	}
	return NULL;
}

static int
set_files(LDAP *ld, const struct tn_server *server, struct tn_err *err)
{
	const struct {
		int option;
		const char *path;
	} files[] = {
		{ LDAP_OPT_X_TLS_CACERTFILE, server->ca_file },
		{ LDAP_OPT_X_TLS_CERTFILE, server->certificate },
		{ LDAP_OPT_X_TLS_KEYFILE, server->key },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(files); i++) {
		if (files[i].path == NULL)
			continue;
		if (ldap_set_option(ld, files[i].option, files[i].path) !=
		    LDAP_OPT_SUCCESS)
			return tn_fail(err, TN_E_NO_MEMORY, "%s",
			               files[i].path);
	}
	return TN_OK;
}

static int
set_demands(LDAP *ld, struct tn_err *err)
{
	const int demand = LDAP_OPT_X_TLS_DEMAND;

	if (ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) !=
	        LDAP_OPT_SUCCESS ||
	    /* A name in the subject alone is no server's: host certificates
	       of the same authority have one. */
	    ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_SAN, &demand) !=
	        LDAP_OPT_SUCCESS ||
	    ldap_set_option(ld, LDAP_OPT_X_TLS_CIPHER_SUITE, PRIORITY) !=
	        LDAP_OPT_SUCCESS)
		return tn_fail(err, TN_E_BUG, "libldap refuses TLS options");
	return TN_OK;
}

static int
new_context(LDAP *ld, void **ret)
{
	const int for_client = 0;
	int status;

	__lsan_disable();
	status = ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &for_client);
	__lsan_enable();
	if (status == LDAP_OPT_SUCCESS)
		status = ldap_get_option(ld, LDAP_OPT_X_TLS_CTX, ret);
	return status;
}

/* A new context on this handle, kept for the next ones. libldap has no call to
   let go of one: what is pushed out is lost, when a certificate was renewed. */
static int
make(LDAP *ld, const struct tn_server *server, const struct stamp stamps[FILES],
     struct tn_err *err)
{
	struct kept *slot = &kept[next_slot];
	void *context = NULL;
	int code;

	code = set_files(ld, server, err);
	if (code != TN_OK)
		return code;
	if (new_context(ld, &context) != LDAP_OPT_SUCCESS || context == NULL)
		return tn_fail(err, TN_E_IO,
		               "no TLS context: ca_file, certificate or key "
		               "cannot be used, or do not belong together");
	slot->context = context;
	memcpy(slot->stamps, stamps, sizeof(slot->stamps));
	next_slot = (next_slot + 1) % CONTEXTS_MAX;
	return TN_OK;
}

int
tn_tls_context(LDAP *ld, const struct tn_server *server, struct tn_err *err)
{
	const char *const paths[FILES] = { server->ca_file, server->certificate,
		                           server->key };
	struct stamp stamps[FILES];
	struct kept *found;
	size_t i;
	int code;

	if (server->ca_file == NULL)
		return tn_fail(err, TN_E_INVALID,
		               "an ldaps server needs a ca_file");
	if ((server->certificate == NULL) != (server->key == NULL))
		return tn_fail(err, TN_E_INVALID,
		               "a certificate needs its key, and a key its "
		               "certificate");
	for (i = 0; i < FILES; i++) {
		code = take_stamp(paths[i], &stamps[i], err);
		if (code != TN_OK)
			return code;
	}
	code = set_demands(ld, err);
	if (code != TN_OK)
		return code;
	pthread_mutex_lock(&lock);
	found = find(stamps);
	if (found == NULL)
		code = make(ld, server, stamps, err);
	else if (ldap_set_option(ld, LDAP_OPT_X_TLS_CTX, found->context) !=
	         LDAP_OPT_SUCCESS)
		code = tn_fail(err, TN_E_BUG, "libldap refuses a context");
	pthread_mutex_unlock(&lock);
	return code;
}
