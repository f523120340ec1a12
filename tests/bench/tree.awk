# The tree that benchmarks measure on, as LDIF: people with Chinese names, and
# groups: one for every 50 people with 100 to 200 members, three of 1,000 and
# one of 10,000 where there are people enough. The same each time.
# awk -v people=N -v suffix=DN -v hash={SSHA}... -v lists=FOLDER -f tree.awk
# -v changed=TIME  their passwords were changed then; else nobody knows when
# -v everyone=1    a group everyone has them all as its members, too
# -v argon2=HASH   the last 100 people have this one
# FOLDER/people gets "LOGIN UID" of each person, FOLDER/groups "GID MEMBERS";
# FOLDER/passwd and FOLDER/group the same people as files would hold them.

function pick(most)
{
	# Minimal standard; exact in doubles.
	seed = (seed * 16807) % 2147483647
	return seed % most
}

function group(name, members,	m, taken, i, line)
{
	gid++
	line = name ":*:" gid ":"
	printf "dn: cn=%s,ou=groups,%s\nobjectClass: posixGroup\n" \
	    "cn: %s\ngidNumber: %d\n", name, suffix, name, gid
	for (m = 0; m < members; ) {
		i = pick(people)
		if (i in taken)
			continue
		taken[i]
		m++
		print "memberUid: " login[i]
		line = line (m > 1 ? "," : "") login[i]
	}
	print ""
	print line >(lists "/group")
	print gid, members >(lists "/groups")
}

# Not among the groups that are looked up.
function group_of_all(	i)
{
	printf "dn: cn=everyone,ou=groups,%s\nobjectClass: posixGroup\n" \
	    "cn: everyone\ngidNumber: 2999999\n", suffix
	for (i = 0; i < people; i++)
		print "memberUid: " login[i]
	print ""
}

BEGIN {
	seed = 20261122
	gid = 3000000
	families = split("王 wang 李 li 张 zhang 刘 liu 陈 chen 杨 yang 黄 huang " \
	    "赵 zhao 吴 wu 周 zhou 徐 xu 孙 sun 马 ma 朱 zhu 胡 hu 郭 guo 何 he " \
	    "高 gao 林 lin 罗 luo 郑 zheng 梁 liang 谢 xie 宋 song 唐 tang " \
	    "许 xu 韩 han 冯 feng 邓 deng 曹 cao 彭 peng 曾 zeng 肖 xiao 田 tian " \
	    "欧阳 ouyang 司马 sima 诸葛 zhuge", family, " ") / 2
	signs = split("伟 w 芳 f 娜 n 敏 m 静 j 丽 l 强 q 磊 l 军 j 洋 y 勇 y " \
	    "艳 y 杰 j 娟 j 涛 t 明 m 超 c 秀 x 霞 x 平 p 刚 g 桂 g 英 y 华 h " \
	    "玉 y 兰 l 红 h 梅 m 建 j 国 g 文 w 志 z 海 h 春 c 雪 x 晓 x 宇 y " \
	    "浩 h 欣 x 子 z 轩 x 雨 y 涵 h 梓 z", given, " ") / 2
	for (i = 0; i < people; i++) {
		f = pick(families) * 2 + 1
		a = pick(signs) * 2 + 1
		b = pick(signs) * 2 + 1
		login[i] = family[f + 1] given[a + 1] given[b + 1] i
		name = family[f] given[a] given[b]
		printf "dn: uid=%s,ou=people,%s\nobjectClass: inetOrgPerson\n" \
		    "objectClass: posixAccount\nobjectClass: tenurePerson\n" \
		    "uid: %s\ncn: %s\nsn: %s\nemployeeNumber: E%07d\n" \
		    "uidNumber: %d\ngidNumber: 2000000\n" \
		    "homeDirectory: /home/%s\nloginShell: /bin/bash\n" \
		    "departmentNumber: D%03d\ntitle: 职员\n" \
		    "tenureApplication: A1\ntenureStatus: active\n" \
		    "userPassword: %s\n%s\n", login[i], suffix, login[i], name,
		    name, i, 2000001 + i, login[i], i % 200,
		    (argon2 != "" && i >= people - 100 ? argon2 : hash),
		    (changed != "" ? "pwdChangedTime: " changed "\n" : "")
		print login[i], 2000001 + i >(lists "/people")
		printf "%s:*:%d:2000000:%s:/home/%s:/bin/bash\n", login[i],
		    2000001 + i, name, login[i] >(lists "/passwd")
	}
	for (i = 0; i < people / 50; i++)
		group("g" i, 100 + pick(101))
	for (i = 0; i < 3 && people >= 2000; i++)
		group("large" i, 1000)
	if (people >= 20000)
		group("huge", 10000)
	if (everyone)
		group_of_all()
}
