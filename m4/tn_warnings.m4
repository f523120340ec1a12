# One probe for each warning, so that a compiler which lacks one still builds.
# They go to TN_CFLAGS, never to CFLAGS, which belongs to the user.
AC_DEFUN([TN_FLAG_ADD], [
	AS_VAR_PUSHDEF([tn_cv], [tn_cv_flag_$1])
	AC_CACHE_CHECK([whether $CC takes $1], [tn_cv], [
		tn_saved_CFLAGS=$CFLAGS
		CFLAGS="$CFLAGS -Werror $1"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
			[AS_VAR_SET([tn_cv], [yes])], [AS_VAR_SET([tn_cv], [no])])
		CFLAGS=$tn_saved_CFLAGS])
	AS_VAR_IF([tn_cv], [yes], [TN_CFLAGS="$TN_CFLAGS $1"])
	AS_VAR_POPDEF([tn_cv])])

AC_DEFUN([TN_WARNINGS], [
	AC_ARG_ENABLE([strict],
		[AS_HELP_STRING([--enable-strict], [warnings are errors (CI, developers)])],
		[], [enable_strict=no])
	m4_foreach_w([tn_flag], [-Wall -Wextra -Wshadow -Wstrict-prototypes
		-Wmissing-prototypes -Wmissing-declarations
		-Wold-style-definition -Wpointer-arith -Wcast-qual
		-Wwrite-strings -Wformat=2 -Wundef -Wvla -Walloca -Wconversion
		-Wsign-conversion -Wimplicit-fallthrough -Wnull-dereference
		-Wunused-result -Wdouble-promotion -fno-common -Wlogical-op
		-Wduplicated-cond -Wduplicated-branches], [TN_FLAG_ADD(tn_flag)])
	AS_IF([test "x$enable_strict" = xyes], [TN_CFLAGS="$TN_CFLAGS -Werror"])
	AC_SUBST([TN_CFLAGS])])

AC_DEFUN([TN_HARDENING], [
	m4_foreach_w([tn_flag], [-fstack-protector-strong
		-fstack-clash-protection -fcf-protection
		-fvisibility=hidden], [TN_FLAG_ADD(tn_flag)])
	TN_CPPFLAGS=
	# glibc warns where nothing is optimised, and Debian may have set it.
	AS_CASE([" $CFLAGS $CPPFLAGS "], [*" -O0 "*|*_FORTIFY_SOURCE*], [],
		[TN_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])
	TN_LDFLAGS="-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack"
	TN_PIE_CFLAGS=-fPIE
	TN_PIE_LDFLAGS=-pie
	AC_SUBST([TN_CPPFLAGS])
	AC_SUBST([TN_LDFLAGS])
	AC_SUBST([TN_PIE_CFLAGS])
	AC_SUBST([TN_PIE_LDFLAGS])])

AC_DEFUN([TN_SANITIZERS], [
	AC_ARG_ENABLE([sanitizers],
		[AS_HELP_STRING([--enable-sanitizers], [build with ASan and UBSan])],
		[], [enable_sanitizers=no])
	AS_IF([test "x$enable_sanitizers" = xyes], [
		TN_CFLAGS="$TN_CFLAGS -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
		TN_LDFLAGS="$TN_LDFLAGS -fsanitize=address,undefined"
		TN_CPPFLAGS=])
	AM_CONDITIONAL([SANITIZERS], [test "x$enable_sanitizers" = xyes])])

# For "make fuzz" alone: the programs of tests/fuzz get libFuzzer's main.
AC_DEFUN([TN_FUZZING], [
	AC_ARG_ENABLE([fuzzing],
		[AS_HELP_STRING([--enable-fuzzing], [build tests/fuzz with libFuzzer, ASan and UBSan (clang)])],
		[], [enable_fuzzing=no])
	AS_IF([test "x$enable_fuzzing" = xyes], [
		TN_CFLAGS="$TN_CFLAGS -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
		TN_LDFLAGS="$TN_LDFLAGS -fsanitize=fuzzer-no-link,address,undefined"
		TN_CPPFLAGS=])
	AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])])
