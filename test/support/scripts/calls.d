#!/usr/sbin/dtrace -Cqs
/* The calls of a Python program, indented, with their times. */
#pragma D option strsize=128
#pragma D option switchrate=10hz
#define FILE copyinstr(arg0)
#define DEEP(n) (self->depth > (n))

typedef struct call {
	uint64_t began;
	string name;
	int line : 20;
} call_t;

enum phase { OUTSIDE, INSIDE = 4 };
inline int limit = 100;

translator call_t < uint64_t * p > {
	began = *p;
	name = stringof("call");
	line = 0;
};

dtrace:::BEGIN
{
	calls = 0;
	last["none", 0] = (int64_t)0x7fffffffffffffff;
	printf("%-20s %8s\n", "function", "µs");
}

python$target:::function-entry
/FILE != "<frozen>" && arg2 >= 0/
{
	self->depth++;
	self->began[self->depth] = timestamp;
	this->name = copyinstr(arg1);
	printf("%*s-> %s:%s:%d\n", self->depth * 2, "", basename(FILE), this->name, (int)arg2);
	@calls[FILE, this->name] = count();
	last[this->name, tid] = walltimestamp;
}

python$target:::function-return
/self->depth && !DEEP(limit)/
{
	this->took = (timestamp - self->began[self->depth]) / 1000;
	@took[copyinstr(arg1)] = quantize(this->took);
	@steps["all"] = lquantize(this->took, 0, 1000, 100);
	@most = max(this->took > 10 ? this->took : 10);
	self->began[self->depth] = 0;
	self->depth -= 1;
	calls += (self->depth ^ 1) & ~2 | 4 << 2;
}

python*:::gc-start, python*:::gc-done { @gc[probename] = sum(arg0 * 2 - 1); }

tick-1sec, profile:::tick-5s
{
	printa("%s %s %@d\n", @calls);
	trunc(@calls, 5);
	normalize(@took, `hz);
}

syscall::read*:entry
/execname == "python3" && args[2] > sizeof (int)/
{
	stack(5); ustack(); trace(curthread->pid); print(*(call_t *)alloca(sizeof (call_t)));
}

ERROR { exit(1); }
END { printa(@took); }
