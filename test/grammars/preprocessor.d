// SYNTAX TEST "source.dtrace" "Pragmas and the C preprocessor"
#pragma D option quiet
// <- punctuation.definition.directive.dtrace
// <~------ keyword.control.directive.pragma.dtrace
//      ^ support.constant.pragma.dtrace
//        ^^^^^^ keyword.other.pragma.dtrace
//               ^^^^^ variable.parameter.option.dtrace
#pragma D option bufsize=4m /* why */
// <- punctuation.definition.directive.dtrace
// <~------ keyword.control.directive.pragma.dtrace
//      ^ support.constant.pragma.dtrace
//        ^^^^^^ keyword.other.pragma.dtrace
//               ^^^^^^^ variable.parameter.option.dtrace
//                      ^ keyword.operator.assignment.dtrace
//                       ^^ constant.other.option-value.dtrace
//                          ^^ punctuation.definition.comment.begin.dtrace
//                             ^^^ comment.block.dtrace
//                                 ^^ punctuation.definition.comment.end.dtrace
#pragma D depends_on library net.d
// <- punctuation.definition.directive.dtrace
// <~------ keyword.control.directive.pragma.dtrace
//      ^ support.constant.pragma.dtrace
//        ^^^^^^^^^^ keyword.other.pragma.dtrace
//                   ^^^^^^^ storage.type.dependency.dtrace
//                           ^^^^^ string.unquoted.dependency.dtrace
#pragma D attributes Evolving/Evolving/ISA provider python provider
// <- punctuation.definition.directive.dtrace
// <~------ keyword.control.directive.pragma.dtrace
//      ^ support.constant.pragma.dtrace
//        ^^^^^^^^^^ keyword.other.pragma.dtrace
//                   ^^^^^^^^ ^^^^^^^^ ^^^ constant.language.stability.dtrace
//                           ^        ^ punctuation.separator.attributes.dtrace
//                                         ^^^^^^^^        ^^^^^^^^ storage.type.attributes.dtrace
//                                                  ^^^^^^ variable.other.dtrace
#pragma D binding "1.6.3" SPEED
// <- punctuation.definition.directive.dtrace
// <~------ keyword.control.directive.pragma.dtrace
//      ^ support.constant.pragma.dtrace
//        ^^^^^^^ keyword.other.pragma.dtrace
//                ^ punctuation.definition.string.begin.dtrace
//                 ^^^^^ string.quoted.double.dtrace
//                      ^ punctuation.definition.string.end.dtrace
//                        ^^^^^ variable.other.dtrace
#include <sys/types.h>
// <- punctuation.definition.directive.dtrace
// <~------- keyword.control.directive.include.dtrace
//       ^ punctuation.definition.string.begin.dtrace
//        ^^^^^^^^^^^ string.quoted.other.include.dtrace
//                   ^ punctuation.definition.string.end.dtrace
#include "mine.h" // ours
// <- punctuation.definition.directive.dtrace
// <~------- keyword.control.directive.include.dtrace
//       ^ punctuation.definition.string.begin.dtrace
//        ^^^^^^ string.quoted.other.include.dtrace
//              ^ punctuation.definition.string.end.dtrace
//                ^^ punctuation.definition.comment.dtrace
//                   ^^^^ comment.line.double-slash.dtrace
#define LIMIT 100
// <- punctuation.definition.directive.dtrace
// <~------ keyword.control.directive.define.dtrace
//      ^^^^^ entity.name.function.preprocessor.dtrace
//            ^^^ constant.numeric.decimal.dtrace
#define KEY(a, b) ((a) + \
// <- punctuation.definition.directive.dtrace
// <~------ keyword.control.directive.define.dtrace
//      ^^^ entity.name.function.preprocessor.dtrace
//         ^ punctuation.definition.parameters.begin.dtrace
//          ^  ^ variable.parameter.preprocessor.dtrace
//              ^ punctuation.definition.parameters.end.dtrace
//                  ^ variable.other.dtrace
//                     ^ keyword.operator.arithmetic.dtrace
//                       ^ constant.character.escape.line-continuation.dtrace
  (b)) * 2
// ^ variable.other.dtrace
//     ^ keyword.operator.arithmetic.dtrace
//       ^ constant.numeric.decimal.dtrace
#if defined(LIMIT) && LIMIT > 0x10
// <- punctuation.definition.directive.dtrace
// <~-- keyword.control.directive.conditional.dtrace
//  ^^^^^^^ keyword.operator.defined.dtrace
//          ^^^^^     ^^^^^ entity.name.function.preprocessor.dtrace
//                 ^^ keyword.operator.logical.dtrace
//                          ^ keyword.operator.comparison.dtrace
//                            ^^^^ constant.numeric.hex.dtrace
#ifdef OTHER
// <- punctuation.definition.directive.dtrace
// <~----- keyword.control.directive.conditional.dtrace
//     ^^^^^ entity.name.function.preprocessor.dtrace
#elif 1
// <- punctuation.definition.directive.dtrace
// <~---- keyword.control.directive.conditional.dtrace
//    ^ constant.numeric.decimal.dtrace
#else
// <- punctuation.definition.directive.dtrace
// <~---- keyword.control.directive.conditional.dtrace
#error "no"
// <- punctuation.definition.directive.dtrace
// <~----- keyword.control.directive.diagnostic.dtrace
//     ^^^^ string.unquoted.diagnostic.dtrace
#endif
// <- punctuation.definition.directive.dtrace
// <~----- keyword.control.directive.conditional.dtrace
#undef LIMIT
// <- punctuation.definition.directive.dtrace
// <~----- keyword.control.directive.conditional.dtrace
//     ^^^^^ entity.name.function.preprocessor.dtrace
# 12 "file.d"
// <- punctuation.definition.directive.dtrace
//^^ constant.numeric.decimal.dtrace
//   ^ punctuation.definition.string.begin.dtrace
//    ^^^^^^ string.quoted.double.dtrace
//          ^ punctuation.definition.string.end.dtrace
BEGIN
// <----- entity.name.tag.probe.dtrace
#ifdef LATE
// <- punctuation.definition.directive.dtrace
// <~----- keyword.control.directive.conditional.dtrace
//     ^^^^ entity.name.function.preprocessor.dtrace
{ trace(LIMIT); }
// <- punctuation.section.block.begin.dtrace
//^^^^^ support.function.action.dtrace
//      ^^^^^ variable.other.constant.dtrace
//              ^ punctuation.section.block.end.dtrace
#endif
// <- punctuation.definition.directive.dtrace
// <~----- keyword.control.directive.conditional.dtrace
