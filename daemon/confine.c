#include <config.h>

#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/socket.h>
#include "base/attrs.h"

/* What any C program of ours that waits and logs needs. No socket or connect:
   the connection to the log is opened before. */
static const int common_calls[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(pread64),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(lseek),
	SCMP_SYS(fcntl),
	SCMP_SYS(mmap),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(mprotect),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(recvmsg),
	SCMP_SYS(recvfrom),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(nanosleep),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getppid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(getrandom),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(tgkill),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

static const int open_calls[] = { SCMP_SYS(openat), SCMP_SYS(open) };

static const int publish_calls[] = {
	SCMP_SYS(rename),    SCMP_SYS(renameat), SCMP_SYS(renameat2),
	SCMP_SYS(unlink),    SCMP_SYS(unlinkat), SCMP_SYS(fsync),
	SCMP_SYS(fdatasync), SCMP_SYS(fchmod),   SCMP_SYS(fchown),
	SCMP_SYS(ftruncate), SCMP_SYS(pwrite64), SCMP_SYS(fallocate),
	SCMP_SYS(msync),     SCMP_SYS(flock),
};

static const int reaper_calls[] = {
	SCMP_SYS(getdents64),
	SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_send_signal),
};

static const int sessions_calls[] = {
	SCMP_SYS(connect),
	SCMP_SYS(unlinkat),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
};

static const int net_denied[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(setns),
	SCMP_SYS(unshare),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(io_uring_setup),
};

static int
add_rules(scmp_filter_ctx filter, uint32_t action, const int *calls,
          size_t count)
{
	size_t i;
	int rc;

	for (i = 0; i < count; i++) {
		rc = seccomp_rule_add(filter, action, calls[i], 0);
		/* A call that this machine does not have needs no rule. */
		if (rc != 0 && rc != -EDOM)
			return rc;
	}
	return 0;
}

static int
load(scmp_filter_ctx filter, int rc, struct tn_err *err)
{
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return rc == 0 ? TN_OK
	               : tn_fail_errno(err, TN_E_DENIED, -rc, "seccomp");
}

/* A file is opened to be read. */
static int
add_read_only(scmp_filter_ctx filter)
{
	const unsigned int writes = O_ACCMODE | O_CREAT | O_TRUNC;

	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
	                        SCMP_A2(SCMP_CMP_MASKED_EQ, writes, 0));
}

static int
allow_only(const int *calls, size_t count, struct tn_err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int rc;

	if (filter == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "seccomp");
	rc = add_rules(filter, SCMP_ACT_ALLOW, common_calls,
	               TN_ARRAY_LEN(common_calls));
	if (rc == 0)
		rc = add_rules(filter, SCMP_ACT_ALLOW, open_calls,
		               TN_ARRAY_LEN(open_calls));
	if (rc == 0)
		rc = add_rules(filter, SCMP_ACT_ALLOW, calls, count);
	return load(filter, rc, err);
}

int
tn_confine_publish(struct tn_err *err)
{
	return allow_only(publish_calls, TN_ARRAY_LEN(publish_calls), err);
}

int
tn_confine_reaper(struct tn_err *err)
{
	return allow_only(reaper_calls, TN_ARRAY_LEN(reaper_calls), err);
}

int
tn_confine_sessions(struct tn_err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int rc;

	if (filter == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "seccomp");
	rc = add_rules(filter, SCMP_ACT_ALLOW, common_calls,
	               TN_ARRAY_LEN(common_calls));
	if (rc == 0)
		rc = add_read_only(filter);
	if (rc == 0)
		rc = add_rules(filter, SCMP_ACT_ALLOW, sessions_calls,
		               TN_ARRAY_LEN(sessions_calls));
	if (rc == 0)
		rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket),
		                      1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0));
	return load(filter, rc, err);
}

int
tn_confine_net(struct tn_err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (filter == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "seccomp");
	return load(filter,
	            add_rules(filter, SCMP_ACT_ERRNO(EPERM), net_denied,
	                      TN_ARRAY_LEN(net_denied)),
	            err);
}
