#include "account/serve_rule.h"

#include <string.h>
#include <strings.h>
#include "base/attrs.h"
#include "base/text.h"

/* Users and groups that systems give power to, even where they are absent:
   sudo and polkit match a group by its name alone. */
static const char *const reserved[] = {
	"root",
	"toor",
	"daemon",
	"bin",
	"sys",
	"sync",
	"games",
	"man",
	"lp",
	"mail",
	"news",
	"uucp",
	"proxy",
	"www-data",
	"backup",
	"list",
	"irc",
	"gnats",
	"nobody",
	"nogroup",
	"operator",
	"halt",
	"shutdown",
	"ftp",
	"http",
	"nginx",
	"apache",
	"mysql",
	"postgres",
	"openldap",
	"ldap",
	"sshd",
	"ssh",
	"_ssh",
	"messagebus",
	"polkitd",
	"dbus",
	"uuidd",
	"systemd",
	"systemd-network",
	"systemd-resolve",
	"systemd-timesync",
	"systemd-journal",
	"systemd-coredump",
	"_apt",
	"syslog",
	"ntp",
	"chrony",
	"_chrony",
	"avahi",
	"colord",
	"rtkit",
	"tss",
	"tcpdump",
	"wireshark",
	"bind",
	"named",
	"libvirt",
	"libvirt-qemu",
	"kvm",
	"qemu",
	"docker",
	TN_PEOPLE_GROUP,
	"podman",
	"lxd",
	"incus",
	"incus-admin",
	"microk8s",
	"containerd",
	"sudo",
	"sudoers",
	"wheel",
	"admin",
	"administrator",
	"adm",
	"staff",
	"users",
	"shadow",
	"disk",
	"kmem",
	"mem",
	"tty",
	"dialout",
	"fax",
	"voice",
	"cdrom",
	"floppy",
	"tape",
	"audio",
	"video",
	"render",
	"input",
	"sgx",
	"plugdev",
	"netdev",
	"bluetooth",
	"scanner",
	"lpadmin",
	"sambashare",
	"crontab",
	"src",
	"utmp",
	"sasl",
	"ssl-cert",
	"log",
	"logs",
	"puppet",
	"ansible",
	"zabbix",
	"nagios",
	"prometheus",
	"tenure",
	"tenured",
	"tenure-reaper",
	"tenure-keys",
	"tenure-scheduler",
	"tenure-enforcer",
};

bool
tn_name_is_reserved(const char *name)
{
	/* A letter and its capital differ in this bit; what else does is told
	   apart by strcasecmp, which few are left for. */
	const char same_case = 0x20;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(reserved); i++)
		if (((reserved[i][0] ^ name[0]) & ~same_case) == 0 &&
		    strcasecmp(reserved[i], name) == 0)
			return true;
	return false;
}

bool
tn_login_is_valid(const char *login)
{
	size_t len = strnlen(login, TN_LOGIN_MAX + 1);
	size_t i;

	if (len == 0 || len > TN_LOGIN_MAX)
		return false;
	for (i = 0; i < len; i++) {
		char c = login[i];

		if ((c >= 'a' && c <= 'z') || c == '_')
			continue;
		if (i == 0)
			return false;
		if ((c < '0' || c > '9') && c != '.' && c != '-')
			return false;
	}
	return true;
}

bool
tn_id_is_allowed(uint32_t id, uint32_t min)
{
	if (id < 1000 || id < min)
		return false;
	if (id >= 61184 && id <= 65519) /* systemd's dynamic users */
		return false;
	/* our own group, nobody, and -1 in 16 and in 32 bits */
	return id != TN_PEOPLE_GID && id != 65534 && id != 65535 && id != UINT32_MAX;
}

bool
tn_staff_number_is_valid(const char *number)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                              "abcdefghijklmnopqrstuvwxyz"
	                              "0123456789._-";
	size_t len = strnlen(number, TN_STAFF_MAX + 1);

	return len > 0 && len <= TN_STAFF_MAX && strspn(number, allowed) == len;
}

/* ASCII's, full-width and Arabic digits; 一二三 are names. */
static bool
is_digit(uint32_t point)
{
	return (point >= '0' && point <= '9') ||
	       (point >= 0xff10 && point <= 0xff19) ||
	       (point >= 0x0660 && point <= 0x0669) ||
	       (point >= 0x06f0 && point <= 0x06f9);
}

/* Turns the direction of writing: what is shown would not be what is read. */
static bool
is_direction(uint32_t point)
{
	return (point >= 0x202a && point <= 0x202e) ||
	       (point >= 0x2066 && point <= 0x2069);
}

/* Not a blank and not a mark: near enough without tables of all letters. */
static bool
is_letter(uint32_t point)
{
	if (point < 0x80)
		return (point >= 'a' && point <= 'z') ||
		       (point >= 'A' && point <= 'Z');
	return point >= 0xc0 && !(point >= 0x2000 && point <= 0x206f) &&
	       !(point >= 0x3000 && point <= 0x3004) && point != 0xfeff;
}

bool
tn_real_name_is_valid(const char *name)
{
	size_t left = strnlen(name, TN_REAL_NAME_MAX + 1);
	size_t letters = 0;

	if (left > TN_REAL_NAME_MAX)
		return false;
	while (left > 0) {
		uint32_t point = 0;
		size_t n = tn_text_next(name, left, &point);

		if (n == 0 || tn_point_is_control(point) || point == ':' ||
		    is_digit(point) || is_direction(point))
			return false;
		if (is_letter(point))
			letters++;
		name += n;
		left -= n;
	}
	return letters >= 2;
}
