// What SystemTap's services read of a script: its model with the tree that it was made from.
import type { LanguageModel } from '../../languages/model.ts';
import type { StapTree } from '../../languages/systemtap/syntax.ts';

export type StapScript = LanguageModel & { readonly tree: StapTree };
