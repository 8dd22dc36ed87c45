// SYNTAX TEST "source.dtrace" "Interpreter line, probe descriptions, predicates"
#!/usr/sbin/dtrace -qs
// <-- punctuation.definition.comment.dtrace
//^^^^^^^^^^^^^^^^ string.unquoted.interpreter.dtrace
//                 ^^^ constant.other.flags.dtrace
BEGIN
// <----- entity.name.tag.probe.dtrace
{
// <- punctuation.section.block.begin.dtrace
}
// <- punctuation.section.block.end.dtrace

dtrace:::END, ERROR {}
// <------ entity.name.namespace.provider.dtrace
//    ^^^ punctuation.separator.probe.dtrace
//       ^^^  ^^^^^ entity.name.tag.probe.dtrace
//          ^ punctuation.separator.probe-list.dtrace
//                  ^ punctuation.section.block.begin.dtrace
//                   ^ punctuation.section.block.end.dtrace
python$target:::function-entry,
// <------ entity.name.namespace.provider.dtrace
//    ^ punctuation.definition.variable.dtrace
//     ^^^^^^ variable.language.macro-argument.dtrace
//           ^^^ punctuation.separator.probe.dtrace
//              ^^^^^^^^^^^^^^ entity.name.tag.probe.dtrace
//                            ^ punctuation.separator.probe-list.dtrace
python$1::_PyEval*:gc-*, pid$target:libc.so.*:mall?c:entry
// <------ entity.name.namespace.provider.dtrace
//                       ^^^ entity.name.namespace.provider.dtrace
//    ^                     ^ punctuation.definition.variable.dtrace
//     ^                     ^^^^^^ variable.language.macro-argument.dtrace
//      ^^        ^                ^         ^      ^ punctuation.separator.probe.dtrace
//        ^^^^^^^                             ^^^^ ^ entity.name.function.dtrace
//               ^    ^                     ^     ^ keyword.operator.glob.dtrace
//                 ^^^                               ^^^^^ entity.name.tag.probe.dtrace
//                     ^ punctuation.separator.probe-list.dtrace
//                                  ^^^^^^^^ entity.name.type.module.dtrace
{ }
// <- punctuation.section.block.begin.dtrace
//^ punctuation.section.block.end.dtrace
syscall::read:entry,
// <------- entity.name.namespace.provider.dtrace
//     ^^    ^ punctuation.separator.probe.dtrace
//       ^^^^ entity.name.function.dtrace
//            ^^^^^ entity.name.tag.probe.dtrace
//                 ^ punctuation.separator.probe-list.dtrace
read:return
// <---- entity.name.function.dtrace
//  ^ punctuation.separator.probe.dtrace
//   ^^^^^^ entity.name.tag.probe.dtrace
/* a comment between */
// <-- punctuation.definition.comment.begin.dtrace
// ^^^^^^^^^^^^^^^^^ comment.block.dtrace
//                   ^^ punctuation.definition.comment.end.dtrace
/ self->ok && execname == "a/b" || x / 2 /
// <- punctuation.definition.predicate.begin.dtrace
//^^^^ variable.language.dtrace
//    ^^ punctuation.accessor.arrow.dtrace
//      ^^ variable.other.member.dtrace
//         ^^                   ^^ keyword.operator.logical.dtrace
//            ^^^^^^^^ support.variable.builtin.dtrace
//                     ^^ keyword.operator.comparison.dtrace
//                        ^ punctuation.definition.string.begin.dtrace
//                         ^^^ string.quoted.double.dtrace
//                            ^ punctuation.definition.string.end.dtrace
//                                 ^ variable.other.dtrace
//                                   ^ keyword.operator.arithmetic.dtrace
//                                     ^ constant.numeric.decimal.dtrace
//                                       ^ punctuation.definition.predicate.end.dtrace
{
// <- punctuation.section.block.begin.dtrace
}
// <- punctuation.section.block.end.dtrace
tick-10ms, profile-97hz /i++ < 3/ { exit(0); }
// <----- entity.name.tag.probe.dtrace
//         ^^^^^^^^ entity.name.tag.probe.dtrace
//   ^^            ^^          ^         ^ constant.numeric.decimal.dtrace
//     ^^            ^^ keyword.other.unit.dtrace
//       ^ punctuation.separator.probe-list.dtrace
//                      ^ punctuation.definition.predicate.begin.dtrace
//                       ^ variable.other.dtrace
//                        ^^ keyword.operator.increment.dtrace
//                           ^ keyword.operator.comparison.dtrace
//                              ^ punctuation.definition.predicate.end.dtrace
//                                ^ punctuation.section.block.begin.dtrace
//                                  ^^^^ support.function.action.dtrace
//                                           ^ punctuation.section.block.end.dtrace
4711 / 1 / { }
// <---- constant.numeric.probe-id.dtrace
//   ^ punctuation.definition.predicate.begin.dtrace
//     ^ constant.numeric.decimal.dtrace
//       ^ punctuation.definition.predicate.end.dtrace
//         ^ punctuation.section.block.begin.dtrace
//           ^ punctuation.section.block.end.dtrace
::: {}
// <- punctuation.separator.probe.dtrace
// <~- punctuation.separator.probe.dtrace
//^ punctuation.separator.probe.dtrace
//  ^ punctuation.section.block.begin.dtrace
//   ^ punctuation.section.block.end.dtrace
proc:::[a-c]*-start /pid == $target/ // a comment behind
// <---- entity.name.namespace.provider.dtrace
//  ^^^ punctuation.separator.probe.dtrace
//     ^^^^^^ keyword.operator.glob.dtrace
//           ^^^^^^ entity.name.tag.probe.dtrace
//                  ^ punctuation.definition.predicate.begin.dtrace
//                   ^^^ support.variable.builtin.dtrace
//                       ^^ keyword.operator.comparison.dtrace
//                          ^ punctuation.definition.variable.dtrace
//                           ^^^^^^ variable.language.macro-argument.dtrace
//                                 ^ punctuation.definition.predicate.end.dtrace
//                                   ^^ punctuation.definition.comment.dtrace
//                                      ^^^^^^^^^^^^^^^^ comment.line.double-slash.dtrace
{ }
// <- punctuation.section.block.begin.dtrace
//^ punctuation.section.block.end.dtrace
