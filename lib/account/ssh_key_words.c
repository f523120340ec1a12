/* Why a key is refused, for the person whose key it is. */
#include "account/ssh_key.h"

static const struct {
	const char *english;
	const char *chinese;
} words[TN_SSH_KEY_FAULTS] = {
	[TN_SSH_KEY_EMPTY] = { "there is no key", "没有密钥" },
	[TN_SSH_KEY_TOO_LONG] = { "it is longer than any key",
	                          "内容过长，不是密钥" },
	[TN_SSH_KEY_LINES] = { "it is more than one line, or holds a control "
	                       "character: one key at a time",
	                       "包含多行或控制字符，一次只能登记一把密钥" },
	[TN_SSH_KEY_PRIVATE] = { "this is the private key, which nobody else "
	                         "may ever see: give the file that ends in "
	                         ".pub",
	                         "这是私钥，绝不可给任何人；请提供 .pub "
	                         "结尾的公钥文件" },
	[TN_SSH_KEY_DSA] = { "DSA keys are too weak: make one with "
	                     "\"ssh-keygen -t ed25519\"",
	                     "DSA 密钥强度不足，请用 \"ssh-keygen -t "
	                     "ed25519\" 生成" },
	[TN_SSH_KEY_TYPE] = { "it does not begin with a known type of key, "
	                      "such as ssh-ed25519; options and certificates "
	                      "are not taken",
	                      "开头不是已知的密钥类型（如 ssh-ed25519），"
	                      "不接受选项或证书" },
	[TN_SSH_KEY_BLANK] = { "one blank stands between type and key, not "
	                       "more",
	                       "类型与密钥之间只能有一个空格" },
	[TN_SSH_KEY_COMMENT] = { "something follows the key: a comment is not "
	                         "kept",
	                         "密钥之后还有内容，不保存注释" },
	[TN_SSH_KEY_BASE64] = { "its second part is no base64: was it cut?",
	                        "第二部分不是 base64，是否被截断？" },
	[TN_SSH_KEY_BLOB] = { "it is no key of the type that it names, or is "
	                      "not written as ssh-keygen writes it",
	                      "内容与所写的密钥类型不符" },
	[TN_SSH_KEY_WEAK] = { "RSA keys below 2048 bits are too weak: make one "
	                      "with \"ssh-keygen -t ed25519\"",
	                      "RSA 密钥少于 2048 位，强度不足，请用 "
	                      "\"ssh-keygen -t ed25519\" 生成" },
	[TN_SSH_KEY_RSA] = { "an RSA key has at most 8192 bits and the usual "
	                     "exponent, 65537",
	                     "RSA 密钥最多 8192 位，指数须为 65537" },
};

const char *
tn_ssh_key_fault_words(enum tn_ssh_key_fault fault)
{
	return fault < TN_SSH_KEY_FAULTS ? words[fault].english : NULL;
}

const char *
tn_ssh_key_fault_words_zh(enum tn_ssh_key_fault fault)
{
	return fault < TN_SSH_KEY_FAULTS ? words[fault].chinese : NULL;
}
