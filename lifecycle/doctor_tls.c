/* What slapd's doors let through, by knocking at each. */
#include "doctor.h"

#include <string.h>
#include <unistd.h>

#include "base/day.h"
#include "certificate/certificate.h"
#include "certificate/tls_probe.h"
#include "doctor_listen.h"
#include "host_verb.h"

#define MONTH       (30 * (int64_t)TN_DAY_SECONDS)
#define CERTIFICATE TENURE_SYSCONFDIR "/server.crt"
#define BER_START   0x30

void
doctor_tls_certificate(struct doctor *doctor)
{
	int64_t now = doctor->session.moment.now;
	static const char *const files[] = { CERTIFICATE, HOST_CA };
	struct tn_err err = TN_ERR_INIT;
	char text[TN_CERTIFICATE_TEXT_MAX];
	int64_t until;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(files); i++) {
		if (host_read(files[i], HOST_FILE_ANY, text, &err) ||
		    tn_certificate_until(text, &until, &err))
			doctor_complain(doctor, files[i], "%s", err.text);
		else if (until <= now)
			doctor_complain(doctor, files[i], "has expired");
		else if (until - now < MONTH)
			doctor_complain(
			    doctor, files[i], "is valid for %lld days only",
			    (long long)((until - now) / TN_DAY_SECONDS));
	}
}

/* Does the door answer LDAP that nobody encrypted? */
static bool
speaks_plainly(const struct door *door, struct tn_err *err)
{
	unsigned char answer = 0;
	int fd;

	if (door_open(door, &fd, err))
		return false;
	if (write(fd, door_hello, sizeof(door_hello)) ==
	    (ssize_t)sizeof(door_hello))
		(void)!read(fd, &answer, 1);
	close(fd);
	return answer == BER_START;
}

void
doctor_plain(struct doctor *doctor)
{
	struct tn_err err = TN_ERR_INIT;
	struct doors doors;
	size_t i;

	if (doctor_doors(&doors, &err)) {
		doctor_unknown(doctor, "slapd", "%s", err.text);
		return;
	}
	for (i = 0; i < doors.count; i++) {
		struct tn_err why = TN_ERR_INIT;

		if (speaks_plainly(&doors.of[i], &why))
			doctor_complain(doctor, doors.of[i].text,
			                "answers LDAP in clear text");
		else if (why.code)
			doctor_unknown(doctor, doors.of[i].text, "%s",
			               why.text);
	}
}

/* Every door that is not plain. worst: what must not be reached. */
static void
knock(struct doctor *doctor, const char *priority, enum tn_tls_answer worst,
      const char *words)
{
	struct tn_err err = TN_ERR_INIT;
	struct doors doors;
	size_t i;

	if (doctor_doors(&doors, &err)) {
		doctor_unknown(doctor, "slapd", "%s", err.text);
		return;
	}
	if (!doors.count)
		doctor_complain(doctor, "slapd",
		                "listens for no host: ldaps:/// is missing");
	for (i = 0; i < doors.count; i++) {
		enum tn_tls_answer answer = TN_TLS_REFUSED;
		struct tn_err why = TN_ERR_INIT;
		int fd = -1;

		if (speaks_plainly(&doors.of[i], NULL))
			continue; /* has a complaint of its own */
		if (door_open(&doors.of[i], &fd, &why) ||
		    tn_tls_probe(fd, priority, door_hello, sizeof(door_hello),
		                 &answer, &why))
			doctor_unknown(doctor, doors.of[i].text, "%s",
			               why.text);
		else if (answer >= worst)
			doctor_complain(doctor, doors.of[i].text, "%s", words);
		if (fd >= 0)
			close(fd);
	}
}

void
doctor_tls_version(struct doctor *doctor)
{
	knock(doctor, TN_TLS_OLD, TN_TLS_HELLO, "takes TLS 1.1");
}

void
doctor_tls_client(struct doctor *doctor)
{
	knock(doctor, TN_TLS_MODERN, TN_TLS_OPEN,
	      "answers who shows no certificate");
}
