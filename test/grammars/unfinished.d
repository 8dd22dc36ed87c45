// SYNTAX TEST "source.dtrace" "A clause that is not finished does not colour the next one"
BEGIN
// <----- entity.name.tag.probe.dtrace
{
// <- punctuation.section.block.begin.dtrace
	printf("unfinished
// <~------ support.function.action.dtrace
//      ^ punctuation.definition.string.begin.dtrace
//       ^^^^^^^^^^ string.quoted.double.format.dtrace
python$target:::gc-start
// <------ entity.name.namespace.provider.dtrace
//    ^ punctuation.definition.variable.dtrace
//     ^^^^^^ variable.language.macro-argument.dtrace
//           ^^^ punctuation.separator.probe.dtrace
//              ^^^^^^^^ entity.name.tag.probe.dtrace
{ x = "no end
// <- punctuation.section.block.begin.dtrace
//^ variable.other.dtrace
//  ^ keyword.operator.assignment.dtrace
//    ^ punctuation.definition.string.begin.dtrace
//     ^^^^^^ string.quoted.double.dtrace
y = 1;
// <- variable.other.dtrace
//^ keyword.operator.assignment.dtrace
//  ^ constant.numeric.decimal.dtrace
profile-1s
// <-------- entity.name.tag.probe.dtrace
//      ^ constant.numeric.decimal.dtrace
//       ^ keyword.other.unit.dtrace
{ trace(
// <- punctuation.section.block.begin.dtrace
//^^^^^ support.function.action.dtrace
BEGIN { }
// <----- entity.name.tag.probe.dtrace
//    ^ punctuation.section.block.begin.dtrace
//      ^ punctuation.section.block.end.dtrace
