#include <config.h>

#include "person_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/attrs.h"
#include "base/text.h"

static void TN_PRINTF(2, 3)
    say(char ret[TN_ANSWER_MESSAGE_MAX], const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(ret, TN_ANSWER_MESSAGE_MAX, format, args);
	va_end(args);
	if (len < 0)
		ret[0] = '\0';
	else if (len >= TN_ANSWER_MESSAGE_MAX)
		tn_text_cut(ret, TN_ANSWER_MESSAGE_MAX - 1);
}

/* Whom to ask, as the organisation configured it. */
static const char *
contact(const struct tn_net *net, const char *otherwise)
{
	const char *text = net->config->contact;

	return text != NULL && text[0] != '\0' ? text : otherwise;
}

void
tn_tell(struct tn_answer *answer, const char *english, const char *chinese)
{
	say(answer->message, "%s", english);
	say(answer->message_local, "%s", chinese);
}

void
tn_tell_refused(const struct tn_net *net, struct tn_answer *answer)
{
	say(answer->message,
	    "Login refused. If you think that this is wrong, ask %s.",
	    contact(net, "your administrator"));
	say(answer->message_local, "登录被拒绝。如有疑问，请联系%s。",
	    contact(net, "管理员"));
}

static const struct reason {
	enum tn_row row;
	const char *english;
	const char *chinese;
} reasons[] = {
	{ TN_ROW_NOT_SERVED, "This account is not valid on this host.",
	  "该账号在本机无效。" },
	{ TN_ROW_LEAK,
	  "A leak of this account's password or key was reported: it is "
	  "closed until that is settled.",
	  "该账号已报告泄露，处理完毕前停用。" },
	{ TN_ROW_DEPARTED,
	  "This account is closed: its time of service is over or has not "
	  "begun.",
	  "该账号已停用：已离职、到期或尚未到入职日期。" },
	{ TN_ROW_SUSPENDED, "This account is suspended.",
	  "该账号已暂停使用。" },
	{ TN_ROW_NOT_ADMITTED, "You are not admitted on this host.",
	  "您无权登录本机。" },
	{ TN_ROW_SERVICE, "This is a service account: nobody logs in with it.",
	  "这是服务账号，不能登录。" },
	{ TN_ROW_SILENCE,
	  "The directory has been out of reach for too long: nobody can say "
	  "that this account is still valid.",
	  "目录服务长时间无法连接，暂时无法确认该账号是否有效。" },
	{ TN_ROW_THROTTLED, "Too many wrong passwords: try again later.",
	  "密码错误次数过多，请稍后再试。" },
	{ TN_ROW_INITIAL_LAPSED,
	  "The initial password was not used in time and has lapsed.",
	  "初始密码逾期未使用，已失效。" },
};

void
tn_tell_reason(const struct tn_net *net, const struct tn_judged *judged,
               const struct tn_verdict *verdict, struct tn_answer *answer)
{
	size_t i;

	(void)judged;
	for (i = 0; i < TN_ARRAY_LEN(reasons); i++) {
		if (reasons[i].row != verdict->row)
			continue;
		say(answer->message, "%s Ask %s.", reasons[i].english,
		    contact(net, "your administrator"));
		say(answer->message_local, "%s请联系%s。", reasons[i].chinese,
		    contact(net, "管理员"));
		return;
	}
	tn_tell_refused(net, answer);
}

/* A time as people of this host read it. */
static void
format_local(const struct tn_net *net, int64_t time, char ret[32])
{
	char day[TN_DAY_TEXT_MAX];
	int32_t offset = net->rules.utc_offset;
	int64_t second;

	if (time == TN_TIME_NONE) {
		(void)snprintf(ret, 32, "?");
		return;
	}
	tn_day_format(tn_day_of(time, offset), day);
	second = time - tn_day_start(tn_day_of(time, offset), offset);
	(void)snprintf(ret, 32, "%s %02d:%02d", day, (int)(second / 3600 % 24),
	               (int)(second / 60 % 60));
}

void
tn_tell_change(const struct tn_net *net, const struct tn_judged *judged,
               const struct tn_verdict *verdict, struct tn_answer *answer)
{
	char when[32];

	if (verdict->row == TN_ROW_OVERDUE) {
		say(answer->message,
		    "Your password has reached its age of %d days: choose a "
		    "new one now.",
		    net->config->max_age_days);
		say(answer->message_local,
		    "您的密码已到%d天的期限，请立即设置新密码。",
		    net->config->max_age_days);
		return;
	}
	format_local(net, judged->account->password_changed, when);
	say(answer->message,
	    "Your password was set by an administrator on %s: choose a new "
	    "one now. If you did not expect this, tell %s.",
	    when, contact(net, "your administrator"));
	say(answer->message_local,
	    "您的密码由管理员于%s设置，请立即更换。如非您本人申请，请联系%s。",
	    when, contact(net, "管理员"));
}

void
tn_tell_expiry(const struct tn_net *net, const struct tn_verdict *verdict,
               const struct tn_moment *moment, struct tn_answer *answer)
{
	int64_t due = verdict->password_expires -
	              (int64_t)net->config->lead_days * TN_DAY_SECONDS;
	char when[32];
	int64_t days;

	if (verdict->password_expires == TN_TIME_NONE)
		return;
	days = due > moment->now ? (due - moment->now) / TN_DAY_SECONDS : 0;
	format_local(net, due, when);
	say(answer->message,
	    "Your password must be changed by %s (%d days): run passwd.", when,
	    (int)days);
	say(answer->message_local,
	    "您的密码须在%s之前更换（还剩%d天），请运行 passwd。", when,
	    (int)days);
}

void
tn_tell_fault(const struct tn_net *net, enum tn_password_fault fault,
              struct tn_answer *answer)
{
	if (fault == TN_PASSWORD_TOO_SHORT) {
		say(answer->message,
		    "The new password is refused: it has fewer than %d "
		    "characters.",
		    net->config->min_length);
		say(answer->message_local, "新密码不符合要求：少于%d个字符。",
		    net->config->min_length);
		return;
	}
	say(answer->message, "The new password is refused: %s.",
	    tn_password_fault_words(fault));
	say(answer->message_local, "新密码不符合要求：%s。",
	    tn_password_fault_words_zh(fault));
}
