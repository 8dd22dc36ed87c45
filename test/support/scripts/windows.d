#!/usr/sbin/dtrace -s
/* CRLF and 😀 */
BEGIN
{
	x = "🐍";
	printf("%s\n", x);
}
