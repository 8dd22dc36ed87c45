// The front end of D: text to tree. See syntax.ts for what a tree holds.
export { parseD, type ParseOptions } from './parser.ts';
export { isTrivia, K, keywords, T, tokenIndexAt, type Tokens } from './tokens.ts';
export { childrenOf, nodesAt } from './walk.ts';
