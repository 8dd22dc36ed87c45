// SYNTAX TEST "source.dtrace" "Declarations"
struct point { int x : 3; struct point *next[4]; string name; };
// <------ storage.type.dtrace
//             ^^^        ^^^^^^                 ^^^^^^ storage.type.dtrace
//     ^^^^^                     ^^^^^ entity.name.type.dtrace
//           ^ punctuation.section.block.begin.dtrace
//                 ^                    ^^^^            ^^^^ variable.other.member.dtrace
//                   ^ punctuation.separator.bit-field.dtrace
//                     ^                     ^ constant.numeric.decimal.dtrace
//                                     ^ keyword.operator.arithmetic.dtrace
//                                                            ^ punctuation.section.block.end.dtrace
union u { char c; unsigned long l; };
// <----- storage.type.dtrace
//        ^^^^    ^^^^^^^^ ^^^^ storage.type.dtrace
//    ^ entity.name.type.dtrace
//      ^ punctuation.section.block.begin.dtrace
//             ^                ^ variable.other.member.dtrace
//                                 ^ punctuation.section.block.end.dtrace
typedef enum color { RED = 1, GREEN } color_t;
// <------- storage.modifier.dtrace
//      ^^^^ storage.type.dtrace
//           ^^^^^ entity.name.type.dtrace
//                 ^ punctuation.section.block.begin.dtrace
//                   ^^^      ^^^^^ variable.other.enummember.dtrace
//                       ^ keyword.operator.assignment.dtrace
//                         ^ constant.numeric.decimal.dtrace
//                                  ^ punctuation.section.block.end.dtrace
//                                    ^^^^^^^ support.type.dtrace
inline int LIMIT = 10;
// <------ storage.modifier.dtrace
//     ^^^ storage.type.dtrace
//         ^^^^^ variable.other.constant.dtrace
//               ^ keyword.operator.assignment.dtrace
//                 ^^ constant.numeric.decimal.dtrace
inline string NAMES[int i] = i == 1 ? "one" : "more";
// <------ storage.modifier.dtrace
//     ^^^^^^       ^^^ storage.type.dtrace
//            ^^^^^ variable.other.constant.dtrace
//                      ^    ^ variable.other.dtrace
//                         ^ keyword.operator.assignment.dtrace
//                             ^^ keyword.operator.comparison.dtrace
//                                ^ constant.numeric.decimal.dtrace
//                                  ^       ^ keyword.operator.ternary.dtrace
//                                    ^       ^ punctuation.definition.string.begin.dtrace
//                                     ^^^     ^^^^ string.quoted.double.dtrace
//                                        ^        ^ punctuation.definition.string.end.dtrace
translator info_t < struct file *F > { fi_name = F->f_name; };
// <---------- storage.type.translator.dtrace
//         ^^^^^^ support.type.dtrace
//                ^                ^ keyword.operator.comparison.dtrace
//                  ^^^^^^ storage.type.dtrace
//                         ^^^^ entity.name.type.dtrace
//                              ^ keyword.operator.arithmetic.dtrace
//                               ^ variable.parameter.translator.dtrace
//                                   ^ punctuation.section.block.begin.dtrace
//                                     ^^^^^^^      ^^^^^^ variable.other.member.dtrace
//                                             ^ keyword.operator.assignment.dtrace
//                                               ^ variable.other.dtrace
//                                                ^^ punctuation.accessor.dtrace
//                                                          ^ punctuation.section.block.end.dtrace
self int depth;
// <---- storage.modifier.scope.dtrace
//   ^^^ storage.type.dtrace
//       ^^^^^ variable.other.declaration.dtrace
this string text;
// <---- storage.modifier.scope.dtrace
//   ^^^^^^ storage.type.dtrace
//          ^^^^ variable.other.declaration.dtrace
string names[int, string], other;
// <------ storage.type.dtrace
//           ^^^  ^^^^^^ storage.type.dtrace
//     ^^^^^               ^^^^^ variable.other.declaration.dtrace
color_t paint;
// <------- support.type.dtrace
//      ^^^^^ variable.other.declaration.dtrace
my_type first, *second;
// <------- support.type.dtrace
//      ^^^^^   ^^^^^^ variable.other.declaration.dtrace
//             ^ keyword.operator.arithmetic.dtrace
extern const volatile uint64_t total;
// <------ storage.modifier.dtrace
//     ^^^^^ ^^^^^^^^ storage.modifier.dtrace
//                    ^^^^^^^^ support.type.dtrace
//                             ^^^^^ variable.other.declaration.dtrace
provider python {
// <-------- storage.type.provider.dtrace
//       ^^^^^^ entity.name.namespace.provider.dtrace
//              ^ punctuation.section.block.begin.dtrace
	probe function__entry(char *, char *, int) : (char *file, int line);
// <~----- storage.type.probe.dtrace
//     ^^^^^^^^^^^^^^^ entity.name.tag.probe.dtrace
//                     ^^^^    ^^^^    ^^^     ^^^^        ^^^ storage.type.dtrace
//                          ^       ^               ^ keyword.operator.arithmetic.dtrace
//                                          ^ keyword.operator.ternary.dtrace
//                                                   ^^^^      ^^^^ variable.other.dtrace
};
// <- punctuation.section.block.end.dtrace
