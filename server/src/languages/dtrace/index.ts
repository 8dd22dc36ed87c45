// The front end of D: text to tree. See syntax.ts for what a tree holds.
export { parseD } from './parser.ts';
export type { ParseOptions } from './parser.ts';
export { childrenOf } from './walk.ts';
