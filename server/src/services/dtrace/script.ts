// What D's services read of a script: its model with the tree that it was made from.
import type { DTree } from '../../languages/dtrace/syntax.ts';
import type { LanguageModel } from '../../languages/model.ts';

export type DScript = LanguageModel & { readonly tree: DTree };
