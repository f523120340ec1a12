#include "wire/person_words.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/attrs.h"
#include "base/text.h"

#define CONTACT       "your administrator"
#define CONTACT_LOCAL "管理员"

/*
 * %c whom to ask, %w when, %n a number, %y why. tests/unit/test_person_words.c
 * sees that a row has the same places in both languages.
 */
static const struct row {
	const char *english;
	const char *local;
} table[TN_WORDS_COUNT] = {
	[TN_WORDS_REFUSED] = { "Login refused. If you think that this is "
	                       "wrong, ask %c.",
	                       "登录被拒绝。如有疑问，请联系%c。" },
	[TN_WORDS_NOT_SERVED] = { "This account is not valid on this host. Ask "
	                          "%c.",
	                          "该账号在本机无效。请联系%c。" },
	[TN_WORDS_LEAK] = { "A leak of this account's password or key was "
	                    "reported: it is closed until that is settled. Ask "
	                    "%c.",
	                    "该账号已报告泄露，处理完毕前停用。请联系%c。" },
	[TN_WORDS_DEPARTED] = { "This account is closed: its time of service "
	                        "is over or has not begun. Ask %c.",
	                        "该账号已停用：已离职、到期或尚未到入职日期。"
	                        "请联系%c。" },
	[TN_WORDS_SUSPENDED] = { "This account is suspended. Ask %c.",
	                         "该账号已暂停使用。请联系%c。" },
	[TN_WORDS_NOT_ADMITTED] = { "You are not admitted on this host. Ask "
	                            "%c.",
	                            "您无权登录本机。请联系%c。" },
	[TN_WORDS_SERVICE] = { "This is a service account: nobody logs in "
	                       "with it. Ask %c.",
	                       "这是服务账号，不能登录。请联系%c。" },
	[TN_WORDS_SILENCE] = { "The directory has been out of reach for too "
	                       "long: nobody can say that this account is "
	                       "still valid. Ask %c.",
	                       "目录服务长时间无法连接，暂时无法确认该账号是否"
	                       "有效。请联系%c。" },
	[TN_WORDS_THROTTLED] = { "Too many wrong passwords: try again later, "
	                         "or ask %c.",
	                         "密码错误次数过多，请稍后再试，或联系%c。" },
	[TN_WORDS_INITIAL_LAPSED] = { "The initial password was not used in "
	                              "time and has lapsed. Ask %c.",
	                              "初始密码逾期未使用，已失效。请联系%"
	                              "c。" },
	[TN_WORDS_CHANGE_FIRST] = { "Your password must be changed before a "
	                            "key opens this account here: log in with "
	                            "the password once, or ask %c.",
	                            "须先修改密码才能用密钥登录本机：请用密码"
	                            "登录一次，或联系%c。" },
	[TN_WORDS_RESET] = { "Your password was set by an administrator%b on "
	                     "%w: choose a new one now. If you did not expect "
	                     "this, tell %c.",
	                     "您的密码由管理员%b于%"
	                     "w设置，请立即更换。如非您本人"
	                     "申请，请联系%c。" },
	[TN_WORDS_OVERDUE] = { "Your password has reached its greatest age "
	                       "(days: %n): choose a new one now.",
	                       "您的密码已到%n天的期限，请立即设置新密码。" },
	[TN_WORDS_CHANGE_NOW] = { "Your password has to be changed now.",
	                          "您的密码须立即修改。" },
	[TN_WORDS_EXPIRES] = { "Your password must be changed by %w (days "
	                       "left: %n): run passwd.",
	                       "您的密码须在%w之前更换（还剩%n天），请运行 "
	                       "passwd。" },
	[TN_WORDS_OUT_OF_GRACE] = { "Your password expired too long ago to be "
	                            "changed: an administrator has to reset "
	                            "it. Ask %c.",
	                            "您的密码过期太久，需由管理员重置。请联系%c"
	                            "。" },
	[TN_WORDS_NEW_REFUSED] = { "The new password is refused: %y.",
	                           "新密码不符合要求：%y。" },
	[TN_WORDS_NEW_SHORT] = { "The new password is refused: it has fewer "
	                         "than %n characters.",
	                         "新密码不符合要求：少于%n个字符。" },
	[TN_WORDS_NEW_DIRECTORY] = { "The directory's own rules refuse this "
	                             "password: choose another.",
	                             "目录服务器的规则不接受此密码，请换一个"
	                             "。" },
	[TN_WORDS_NEW_TOO_SOON] = { "The password was changed only just now: "
	                            "try again later.",
	                            "密码刚刚修改过，请稍后再试。" },
	[TN_WORDS_NEW_NONE] = { "No password was given.", "未输入密码。" },
	[TN_WORDS_OLD_WRONG] = { "The current password is not right.",
	                         "当前密码不正确。" },
	[TN_WORDS_ROOT_TOO] = { "The password of a directory account is "
	                        "changed with its current password, by root "
	                        "too. To reset it, use tenure(8).",
	                        "目录账号的密码须凭当前密码修改，root "
	                        "也不例外。"
	                        "重置请用 tenure(8)。" },
	[TN_WORDS_UNCERTAIN] = { "It is not certain that your password was "
	                         "changed. Next time, try the new one first, "
	                         "then the old one.",
	                         "无法确定密码是否已修改。下次请先试新密码，再"
	                         "试"
	                         "旧密码。" },
	[TN_WORDS_LEAK_EVERYWHERE] = { "Your account is closed everywhere. To "
	                               "get a new password, see %c.",
	                               "您的账号已在所有主机上停用。"
	                               "如需新密码，请联系%c。" },
	[TN_WORDS_LEAK_HERE] = { "Your account is closed on this host ALONE, "
	                         "not on the others: type, on another one, "
	                         "tenure leak report --role, or see %c at "
	                         "once.",
	                         "您的账号只在本机停用，其他主机尚未停用：请在"
	                         "另一台主机输入 tenure leak report --role，"
	                         "或立即联系%c。" },
	[TN_WORDS_LEAK_LATER] = { "Your account is closed on this host. The "
	                          "directory could not be told yet, and is as "
	                          "soon as it answers: see %c at once.",
	                          "您的账号已在本机停用。目录服务暂时无法连接，"
	                          "恢复后将立即通知。请立即联系%c。" },
	[TN_WORDS_LEAK_BEFORE] = { "A leak of your account was reported "
	                           "before: see %c.",
	                           "您的账号此前已报告泄露，请联系%c。" },
	[TN_WORDS_UNAVAILABLE] = { "Your account cannot be checked just now: "
	                           "this machine does not reach the account "
	                           "service. Try again in a minute, then tell "
	                           "%c.",
	                           "本机暂时无法连接账号服务，请稍后再试；如仍"
	                           "不行，请告知%c。" },
	[TN_WORDS_NOT_HERE] = { "This account may not log in here. If you "
	                        "think that is wrong, ask %c.",
	                        "该账号不能在此登录。如有疑问，请联系%c。" },
	[TN_WORDS_FAILED] = { "This did not work. Try again, or ask %c.",
	                      "操作未成功，请重试或联系%c。" },
	[TN_WORDS_KEY_REFUSED] = { "The key is refused: %y.",
	                           "密钥不符合要求：%y。" },
	[TN_WORDS_KEY_TAKEN] = { "The key is refused: it is registered "
	                         "already, by you or by somebody else, or was "
	                         "withdrawn after a leak or a departure. Make "
	                         "a new one with ssh-keygen -t ed25519.",
	                         "密钥不被接受：已由您或他人登记，或因泄露、"
	                         "离职已作废。请用 ssh-keygen -t ed25519 "
	                         "生成新密钥。" },
	[TN_WORDS_KEY_NONE] = { "There is no such key of yours.",
	                        "您没有登记这把密钥。" },
	[TN_WORDS_KEY_RULE] = { "The directory refuses the key: nobody has "
	                        "more than 16. Remove one first, or ask %c.",
	                        "目录服务不接受此密钥：每人最多 16 把。请先"
	                        "删除一把，或联系%c。" },
	[TN_WORDS_KEY_TOO_OFTEN] = { "Your keys were changed too often within "
	                             "an hour: try again later.",
	                             "一小时内修改密钥次数过多，请稍后再试。" },
};

/* The rows of the verdict: what a program reads, and what a person does. */
static const struct verdict_words {
	enum tn_row row;
	const char *tag;
	enum tn_words denied;
} verdicts[] = {
	{ TN_ROW_NOT_SERVED, "1:not-served", TN_WORDS_NOT_SERVED },
	{ TN_ROW_LEAK, "2:leak", TN_WORDS_LEAK },
	{ TN_ROW_DEPARTED, "3:departed", TN_WORDS_DEPARTED },
	{ TN_ROW_SUSPENDED, "4:suspended", TN_WORDS_SUSPENDED },
	{ TN_ROW_NOT_ADMITTED, "5:not-admitted", TN_WORDS_NOT_ADMITTED },
	{ TN_ROW_SERVICE, "5a:service", TN_WORDS_SERVICE },
	{ TN_ROW_SILENCE, "5b:silence", TN_WORDS_SILENCE },
	{ TN_ROW_THROTTLED, "6:throttled", TN_WORDS_THROTTLED },
	{ TN_ROW_INITIAL_LAPSED, "7:initial-lapsed", TN_WORDS_INITIAL_LAPSED },
	{ TN_ROW_MUST_CHANGE, "8:must-change", TN_WORDS_CHANGE_FIRST },
	{ TN_ROW_OVERDUE, "9:overdue", TN_WORDS_CHANGE_FIRST },
};

static const struct verdict_words *
verdict_words(enum tn_row row)
{
	for (size_t i = 0; i < TN_ARRAY_LEN(verdicts); i++) {
		if (verdicts[i].row == row)
			return &verdicts[i];
	}
	return NULL;
}

const char *
tn_words_tag(enum tn_row row)
{
	const struct verdict_words *words = verdict_words(row);

	return words != NULL ? words->tag : "none";
}

/* Appends; what is too long is cut. */
static void
add(char dst[TN_SAID_MAX], const char *text)
{
	size_t len = strlen(dst);
	size_t size = strlen(text);

	if (size > TN_SAID_MAX - 1 - len)
		size = TN_SAID_MAX - 1 - len;
	memcpy(dst + len, text, size);
	dst[len + size] = '\0';
	if (text[size] != '\0')
		tn_text_cut(dst, len + size);
}

/* A time as people of this host read it. */
static void
add_time(char dst[TN_SAID_MAX], int64_t when, int32_t offset)
{
	char day[TN_DAY_TEXT_MAX];
	char text[32];
	int64_t second;

	if (when == TN_TIME_NONE) {
		add(dst, "?");
		return;
	}
	tn_day_format(tn_day_of(when, offset), day);
	second = when - tn_day_start(tn_day_of(when, offset), offset);
	(void)snprintf(text, sizeof(text), "%s %02d:%02d", day,
	               (int)(second / 3600 % 24), (int)(second / 60 % 60));
	add(dst, text);
}

static void
fill(char dst[TN_SAID_MAX], const char *text,
     const struct tn_words_values *values, const char *contact, const char *why)
{
	char piece[TN_SAID_MAX];
	char number[16];
	size_t len;

	while (*text != '\0') {
		len = strcspn(text, "%");
		if (len > 0) {
			memcpy(piece, text, len);
			piece[len] = '\0';
			add(dst, piece);
			text += len;
			continue;
		}
		switch (text[1]) {
		case 'c':
			add(dst, contact);
			break;
		case 'w':
			add_time(dst, values->when, values->utc_offset);
			break;
		case 'n':
			(void)snprintf(number, sizeof(number), "%d",
			               values->number);
			add(dst, number);
			break;
		case 'b':
			add(dst, values->by);
			break;
		case 'y':
			add(dst, why != NULL ? why : "");
			break;
		default:
			return; /* no such place: the table is tested */
		}
		text += 2;
	}
}

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text >= 0x80)
			return false;
	}
	return true;
}

void
tn_words_contact(const char *contact, struct tn_said *ret)
{
	const char *bar = contact != NULL ? strchr(contact, '|') : NULL;
	size_t len;

	*ret = (struct tn_said){ 0 };
	if (contact != NULL)
		add(ret->english, contact);
	if (bar != NULL && bar - contact < TN_SAID_MAX) {
		len = (size_t)(bar - contact);
		while (len > 0 && contact[len - 1] == ' ')
			len--;
		ret->english[len] = '\0';
		contact = bar + 1 + strspn(bar + 1, " ");
	}
	if (contact != NULL && strcmp(contact, CONTACT) != 0)
		add(ret->local, contact);
	if (ret->english[0] == '\0' || !is_ascii(ret->english)) {
		ret->english[0] = '\0';
		add(ret->english, CONTACT);
	}
	if (ret->local[0] == '\0')
		add(ret->local, CONTACT_LOCAL);
}

void
tn_words_say(enum tn_words words, const struct tn_words_values *values,
             struct tn_said *ret)
{
	const struct row *row =
	    &table[(unsigned int)words < TN_WORDS_COUNT ? words
	                                                : TN_WORDS_FAILED];
	struct tn_said contact;

	tn_words_contact(values->contact, &contact);
	ret->english[0] = '\0';
	ret->local[0] = '\0';
	if (values->tag != TN_ROW_NONE) {
		add(ret->english, "[tenure:");
		add(ret->english, tn_words_tag(values->tag));
		add(ret->english, "] ");
	}
	fill(ret->english, row->english, values, contact.english, values->why);
	fill(ret->local, row->local, values, contact.local, values->why_local);
}

bool
tn_words_is_chinese(const char *language)
{
	/* "zh-CN, en;q=0.8": the first is the one they like best. */
	language += strspn(language, " ");
	return language[0] == '\0' || strncasecmp(language, "zh", 2) == 0;
}

/* By password the reason is nobody's. */
static enum tn_words
denial(const struct verdict_words *row, enum tn_way way)
{
	return row != NULL && way != TN_WAY_PASSWORD ? row->denied
	                                             : TN_WORDS_REFUSED;
}

#define CLOCKS_APART 300 /* seconds between who resets and the server */

/* Who set it, where that is on record: "uid=li,ou=..." is " (li)". A later
   password was set by somebody who left no name. */
static void
name_resetter(const struct tn_account *account, struct tn_words_values *values)
{
	const char *name = account->reset_by;
	size_t len;

	if (name == NULL || strncmp(name, "uid=", 4) != 0 ||
	    account->reset_time == TN_TIME_NONE ||
	    account->password_changed > account->reset_time + CLOCKS_APART)
		return;
	name += 4;
	len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.-");
	if (len > 0 && len <= TN_LOGIN_MAX && name[len] == ',')
		(void)snprintf(values->by, sizeof(values->by), " (%.*s)",
		               (int)len, name);
}

/* Rows 8 to 10. */
static enum tn_words
due(const struct tn_verdict *verdict, const struct tn_words_person *person,
    struct tn_words_values *values)
{
	const struct tn_account *account = person->account;
	int64_t now = person->moment->now;
	int64_t due_at;

	switch (verdict->row) {
	case TN_ROW_OVERDUE:
		values->number = person->policy->max_age_days;
		return TN_WORDS_OVERDUE;
	case TN_ROW_EXPIRES_SOON:
		due_at = account != NULL
		             ? tn_password_due(account, person->policy)
		             : TN_TIME_NONE;
		values->when = due_at;
		if (due_at != TN_TIME_NONE && due_at > now)
			values->number = (int)((due_at - now) / TN_DAY_SECONDS);
		return TN_WORDS_EXPIRES;
	default:
		if (account != NULL) {
			values->when = account->password_changed;
			name_resetter(account, values);
		}
		return TN_WORDS_RESET;
	}
}

void
tn_words_of_verdict(const struct tn_verdict *verdict, enum tn_way way,
                    const struct tn_words_person *person, struct tn_said *ret)
{
	struct tn_words_values values = { .contact = person->contact,
		                          .when = TN_TIME_NONE,
		                          .utc_offset = person->utc_offset };
	const struct verdict_words *row = verdict_words(verdict->row);
	enum tn_words words;

	*ret = (struct tn_said){ 0 };
	if (way == TN_WAY_KEY && row != NULL)
		values.tag = verdict->row;
	switch (verdict->decision) {
	case TN_ALLOW:
	case TN_RUN:
	case TN_STAY:
		return;
	case TN_WARN:
	case TN_CHANGE:
		words = due(verdict, person, &values);
		break;
	case TN_DENY:
	case TN_END:
	default:
		words = denial(row, way);
	}
	tn_words_say(words, &values, ret);
	if (words != TN_WORDS_REFUSED && person->account != NULL &&
	    !tn_words_is_chinese(person->account->language))
		ret->local[0] = '\0';
}
