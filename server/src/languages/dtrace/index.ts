// The front end of D: text to tree, tree to model. See syntax.ts for what a tree holds, dModel.ts for a model.
export { analyzeD } from './analysis.ts';
export type { DEnvironment, DSymbol, Operand } from './analyzer.ts';
export { F as operandFlags } from './analyzer.ts';
export type { DModel } from './dModel.ts';
export { readKernel } from './kernel.ts';
export type { Kernel } from './kernel.ts';
export { parseFormat } from './formats.ts';
export { parseD } from './parser.ts';
export type { ParseOptions } from './parser.ts';
export { matches as matchesGlob } from './probes.ts';
export { isTrivia, K, keywords, T, tokenIndexAt } from './tokens.ts';
export type { Tokens } from './tokens.ts';
export { renderType, resolve as resolveType } from './types.ts';
export type { DType } from './types.ts';
export { childrenOf, nodesAt } from './walk.ts';
