// SYNTAX TEST "source.dtrace" "Statements and expressions"
BEGIN
// <----- entity.name.tag.probe.dtrace
{
// <- punctuation.section.block.begin.dtrace
	@calls[copyinstr(arg1), args[0]->pr_pid] = lquantize(arg2 >> 1, 0, 100, 10);
// <~- punctuation.definition.variable.dtrace
//^^^^^ variable.other.aggregation.dtrace
//      ^^^^^^^^^ support.function.subroutine.dtrace
//                ^^^^   ^^^^                         ^^^^ support.variable.builtin.dtrace
//                            ^                               ^  ^  ^^^  ^^ constant.numeric.decimal.dtrace
//                              ^^ punctuation.accessor.dtrace
//                                ^^^^^^ variable.other.member.dtrace
//                                        ^ keyword.operator.assignment.dtrace
//                                          ^^^^^^^^^ support.function.aggregating.dtrace
//                                                         ^^ keyword.operator.bitwise.dtrace
	@ = count(); @["x"] = llquantize(1, 10, 0, 6, 20);
// <~- punctuation.definition.variable.dtrace
//            ^ punctuation.definition.variable.dtrace
// ^                 ^ keyword.operator.assignment.dtrace
//   ^^^^^             ^^^^^^^^^^ support.function.aggregating.dtrace
//              ^ punctuation.definition.string.begin.dtrace
//               ^ string.quoted.double.dtrace
//                ^ punctuation.definition.string.end.dtrace
//                                ^  ^^  ^  ^  ^^ constant.numeric.decimal.dtrace
	self->depth++; this->text = "tab\t\x41\101\q"; 'a'; '\n';
// <~---- variable.language.dtrace
//              ^^^^ variable.language.dtrace
//   ^^             ^^ punctuation.accessor.arrow.dtrace
//     ^^^^^          ^^^^ variable.other.member.dtrace
//          ^^ keyword.operator.increment.dtrace
//                         ^ keyword.operator.assignment.dtrace
//                           ^                  ^    ^ punctuation.definition.string.begin.dtrace
//                            ^^^ string.quoted.double.dtrace
//                               ^^^^^^^^^^           ^^ constant.character.escape.dtrace
//                                         ^^ constant.character.escape.unknown.dtrace
//                                           ^    ^     ^ punctuation.definition.string.end.dtrace
//                                               ^ string.quoted.single.dtrace
	if (this->x == 0x1fUL) { x = 017; } else if (y != 3LL) y = 09; else ;
// <~-- keyword.control.conditional.dtrace
//                                   ^^^^ ^^                    ^^^^ keyword.control.conditional.dtrace
//   ^^^^ variable.language.dtrace
//       ^^ punctuation.accessor.arrow.dtrace
//         ^ variable.other.member.dtrace
//           ^^                                 ^^ keyword.operator.comparison.dtrace
//              ^^^^^^ constant.numeric.hex.dtrace
//                      ^ punctuation.section.block.begin.dtrace
//                        ^                   ^         ^ variable.other.dtrace
//                          ^                             ^ keyword.operator.assignment.dtrace
//                            ^^^ constant.numeric.octal.dtrace
//                                 ^ punctuation.section.block.end.dtrace
//                                                 ^^^ constant.numeric.decimal.dtrace
//                                                          ^^ invalid.illegal.numeric.dtrace
	printf("%-20s %@d %5.2f %% %Y %wc\n", "no %d here", probefunc);
// <~------ support.function.action.dtrace
//      ^                              ^ punctuation.definition.string.begin.dtrace
//       ^^^^^ ^^^ ^^^^^    ^^ ^^^ constant.other.placeholder.dtrace
//                       ^^ constant.character.escape.percent.dtrace
//                                ^^ constant.character.escape.dtrace
//                                  ^             ^ punctuation.definition.string.end.dtrace
//                                      ^^^^^^^^^^ string.quoted.double.dtrace
//                                                   ^^^^^^^^^ support.variable.builtin.dtrace
	printa("%@u %7u\n", @calls);
// <~------ support.function.action.dtrace
//      ^ punctuation.definition.string.begin.dtrace
//       ^^^ ^^^ constant.other.placeholder.dtrace
//              ^^ constant.character.escape.dtrace
//                ^ punctuation.definition.string.end.dtrace
//                   ^ punctuation.definition.variable.dtrace
//                    ^^^^^ variable.other.aggregation.dtrace
	system("echo %s", execname);
// <~------ support.function.action.dtrace
//      ^ punctuation.definition.string.begin.dtrace
//       ^^^^ string.quoted.double.format.dtrace
//            ^^ constant.other.placeholder.dtrace
//              ^ punctuation.definition.string.end.dtrace
//                 ^^^^^^^^ support.variable.builtin.dtrace
	trace("no %d");
// <~----- support.function.action.dtrace
//     ^ punctuation.definition.string.begin.dtrace
//      ^^^^^ string.quoted.double.dtrace
//           ^ punctuation.definition.string.end.dtrace
	vmlinux`jiffies; `cpu_khz; (struct vmlinux`task_struct *)curthread;
// <~------- entity.name.namespace.module.dtrace
//                                  ^^^^^^^ entity.name.namespace.module.dtrace
//      ^         ^                        ^ punctuation.accessor.backquote.dtrace
//       ^^^^^^^   ^^^^^^^ variable.other.external.dtrace
//                           ^^^^^^ storage.type.dtrace
//                                          ^^^^^^^^^^^ entity.name.type.dtrace
//                                                      ^ keyword.operator.arithmetic.dtrace
//                                                        ^^^^^^^^^ support.variable.builtin.dtrace
	sizeof (struct point); offsetof(struct point, x); stringof(arg0); xlate <info_t *>(a)->fi_name;
// <~------ keyword.operator.word.dtrace
//                      ^^^^^^^^                   ^^^^^^^^        ^^^^^ keyword.operator.word.dtrace
//       ^^^^^^                  ^^^^^^ storage.type.dtrace
//              ^^^^^                   ^^^^^ entity.name.type.dtrace
//                                             ^                                    ^ variable.other.dtrace
//                                                          ^^^^ support.variable.builtin.dtrace
//                                                                       ^        ^ keyword.operator.comparison.dtrace
//                                                                        ^^^^^^ support.type.dtrace
//                                                                               ^ keyword.operator.arithmetic.dtrace
//                                                                                    ^^ punctuation.accessor.dtrace
//                                                                                      ^^^^^^^ variable.other.member.dtrace
	$target; $1; $$2; $$name; tid ^^ uid; a ? b : c; ~a & b | c ^ d;
// <~- punctuation.definition.variable.dtrace
//        ^   ^^ punctuation.definition.variable.dtrace
//^^^^^^   ^    ^ variable.language.macro-argument.dtrace
//                         ^^^    ^^^ support.variable.builtin.dtrace
//                             ^^ keyword.operator.logical.dtrace
//                                     ^   ^   ^   ^   ^   ^   ^ variable.other.dtrace
//                                       ^   ^ keyword.operator.ternary.dtrace
//                                                ^  ^   ^   ^ keyword.operator.bitwise.dtrace
	a += 1; a <<= 2; a = !b; a <= b; --a; *p; &q;
// <~- variable.other.dtrace
//       ^        ^    ^  ^    ^    ^   ^   ^ variable.other.dtrace
// ^^      ^^^      ^ keyword.operator.assignment.dtrace
//    ^        ^ constant.numeric.decimal.dtrace
//                    ^ keyword.operator.logical.dtrace
//                          ^^ keyword.operator.comparison.dtrace
//                                ^^ keyword.operator.increment.dtrace
//                                     ^ keyword.operator.arithmetic.dtrace
//                                         ^ keyword.operator.bitwise.dtrace
	(uint32_t)arg0; (string)x; my_function(1); MY_MACRO; NULL;
//^^^^^^^^ support.type.dtrace
//         ^^^^ support.variable.builtin.dtrace
//                ^^^^^^ storage.type.dtrace
//                       ^ variable.other.dtrace
//                          ^^^^^^^^^^^ entity.name.function.call.dtrace
//                                      ^ constant.numeric.decimal.dtrace
//                                          ^^^^^^^^ variable.other.constant.dtrace
//                                                    ^^^^ constant.language.dtrace
	while (1) { }
// <~----- invalid.illegal.keyword.dtrace
//      ^ constant.numeric.decimal.dtrace
//         ^ punctuation.section.block.begin.dtrace
//           ^ punctuation.section.block.end.dtrace
	goto out;
// <~---- invalid.illegal.keyword.dtrace
//    ^^^ variable.other.dtrace
}
// <- punctuation.section.block.end.dtrace
