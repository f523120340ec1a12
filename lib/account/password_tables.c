#include "account/password_tables.h"

#include <stddef.h>

/* clang-format off */
const char *const tn_password_sequences[] = {
	"abcdefghijklmnopqrstuvwxyz",
	"01234567890",
	"13579", "02468", "24680",
	"一二三四五六七八九十",
	"甲乙丙丁戊己庚辛壬癸",
	/* The block of digits: columns and diagonals. */
	"147", "258", "369", "159", "357", "7410", "8520", "963",
	NULL,
};

const char *const tn_password_rows[] = {
	/* Keys side by side, with and without shift. */
	"`1234567890-=", "~!@#$%^&*()_+",
	"qwertyuiop[]\\", "qwertyuiop{}|",
	"asdfghjkl;'", "asdfghjkl:\"",
	"zxcvbnm,./", "zxcvbnm<>?",
	/* Keys above each other. */
	"1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,",
	"9ol.", "0p;/", "!qaz", "@wsx", "#edc", "$rfv", "%tgb", "^yhn",
	/* Two rows by turns. */
	"1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
	"qawsedrftgyhujikolp", "azsxdcfvgbhnjmk",
	"1a2b3c4d5e6f7g8h9i", "a1b2c3d4e5f6g7h8i9",
	NULL,
};

const char *const tn_password_common[] = {
	/* English, and what systems call themselves. */
	"password", "passwd", "passphrase", "passcode", "pass", "pwd",
	"admin", "administrator", "root", "super", "user", "guest", "test",
	"testing", "tester", "temp", "demo", "default", "initial", "change",
	"changeme", "welcome", "letmein", "login", "logon", "signin",
	"master", "manager", "office", "company", "system", "server",
	"service", "support", "secret", "secure", "security", "access",
	"private", "public", "computer", "internet", "network", "windows",
	"linux", "ubuntu", "debian", "oracle", "mysql", "google", "apple",
	"samsung", "microsoft", "facebook", "dragon", "monkey", "tiger",
	"football", "baseball", "basketball", "soccer", "hockey", "sunshine",
	"princess", "superman", "batman", "spiderman", "pokemon", "starwars",
	"iloveyou", "loveyou", "lovely", "love", "forever", "lucky", "happy",
	"angel", "baby", "honey", "flower", "hello", "freedom", "whatever",
	"trustno", "shadow", "killer", "hunter", "ranger", "jordan",
	"michael", "michelle", "jennifer", "jessica", "charlie", "thomas",
	"robert", "daniel", "ashley", "nicole", "george", "andrew",
	"cheese", "cookie", "chocolate", "banana", "orange", "summer",
	"winter", "spring", "autumn", "january", "february", "march",
	"april", "june", "july", "august", "september", "october",
	"november", "december", "monday", "tuesday", "wednesday", "thursday",
	"friday", "saturday", "sunday", "mustang", "ferrari", "mercedes",
	"abc", "xyz", "aaa", "money", "matrix", "ninja", "qazwsx", "zaq",
	"qwe", "asd", "zxc",
	/* Chinese in pinyin. */
	"woaini", "woaiwo", "woaizhongguo", "woainizhongguo", "aini",
	"woaita", "ainiyiwannian", "ainiyishi", "wodemima", "mima",
	"denglu", "guanliyuan", "yonghu", "ceshi", "nihao", "nihaoma",
	"zhongguo", "zhonghua", "beijing", "shanghai", "guangzhou",
	"shenzhen", "hangzhou", "chengdu", "wuhan", "nanjing", "tianjin",
	"woshishui", "woshini", "wojiushiwo", "woshi", "laopo", "laogong",
	"baobao", "baobei", "qinaide", "tiantian", "kuaile", "xingfu",
	"yongyuan", "yishengyishi", "wansui", "fuck", "caonima", "wocao",
	"nima", "shabi", "sima", "zhangsan", "lisi", "wangwu", "xiaoming",
	"daming", "tencent", "weixin", "wechat", "taobao", "alibaba",
	"alipay", "zhifubao", "baidu", "huawei", "xiaomi", "jingdong",
	"gongsi", "bangong", "facai", "gongxifacai",
	/* Chinese in Chinese. */
	"密码", "口令", "登录", "管理员", "测试", "我爱你", "你好", "中国",
	"一生一世", "北京", "上海", "公司", "发财", "快乐",
	/* Figures that sound like words, and the rest of what is usual. */
	"5201314", "1314520", "5211314", "1314521", "7758521", "7758258",
	"584520", "5845201314", "520", "521", "1314", "9420", "886", "666",
	"888", "168", "518", "110", "119", "120", "147258", "147258369",
	"159357", "741852963", "963852741", "789456", "456852", "852456",
	"112233", "11223344", "1122", "2233", "010203", "101010", "007",
	NULL,
};
/* clang-format on */
