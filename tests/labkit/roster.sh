#!/bin/bash
#
# Print a roster of made-up people as Chinese Excel saves one: CSV in GB18030,
# lines ended by CR LF, Chinese column names and names. The same arguments give
# the same people. Three of them are meant:
#
#	10001 王小明	the first of the story
#	10002 王小明	another person of the same name
#	10003 单雄信	whose surname is read shan, not dan
#
# usage: roster.sh [--utf8] [--departed STAFF-NUMBER] [--without STAFF-NUMBER] NUMBER

set -eu
export LC_ALL=C.UTF-8
charset=GB18030 departed='' without=''
while [ $# -gt 1 ]; do
	case $1 in
	--utf8) charset=UTF-8 ;;
	--departed) departed=$2 && shift ;;
	--without) without=$2 && shift ;;
	*)
		echo "roster: what is '$1'?" >&2
		exit 2
		;;
	esac
	shift
done
number=${1:?how many people}

awk -v number="$number" -v departed="$departed" -v without="$without" '
BEGIN {
	surnames = split("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 罗 高 欧阳 曾 解 吕 单", surname, " ")
	firsts = split("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚", first, " ")
	seconds = split("华 国 建 文 志 春 秀 晓 雪 海 林 龙 梅", second, " ")
	departments = split("财务部 人事部 研发一部 研发二部 市场部 法务部 后勤部 信息中心", department, " ")
	posts = split("专员 主管 工程师 经理", post, " ")
	printf "工号,姓名,部门,岗位,状态,入职日期,离职日期\r\n"
	for (i = 1; i <= number; i++) {
		staff = 10000 + i
		if (staff == without)
			continue
		name = surname[i * 7 % surnames + 1]
		# Every third name has one given character; with so few names
		# and so many people, homonyms come by themselves.
		if (i % 3)
			name = name second[i * i % seconds + 1]
		name = name first[i * 3 % firsts + 1]
		if (i <= 2)
			name = "王小明"
		if (i == 3)
			name = "单雄信"
		status = "在职"
		end = ""
		if (staff == departed) {
			status = "离职"
			end = "2024-02-29"
		}
		printf "%d,%s,%s,%s,%s,20%02d-%02d-01,%s\r\n", staff, name,
		    department[i % departments + 1], post[i % posts + 1],
		    status, 10 + i % 14, i % 12 + 1, end
	}
}' | iconv -f UTF-8 -t "$charset"
