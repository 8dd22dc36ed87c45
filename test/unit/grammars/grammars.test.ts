// The TextMate grammars, run by the engine that VS Code uses: a line of script in, its tokens and scopes out.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

const root = path.resolve(import.meta.dirname, '../../..');
const wasm = readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm'));
await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));

const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: (scope) => {
    const name = scope.replace('source.', '');
    if (name === 'c') return Promise.resolve(null);
    const file = path.join(root, `syntaxes/${name}.tmLanguage.json`);
    return Promise.resolve(textmate.parseRawGrammar(readFileSync(file, 'utf8'), file));
  },
});

/** Renders each token of a script that has a scope of its own: `text: innermost scope`. */
async function tokens(scope: string, script: string): Promise<string[]> {
  const grammar = await registry.loadGrammar(scope);
  if (!grammar) throw new Error(`no grammar for ${scope}`);
  const rendered: string[] = [];
  let state = textmate.INITIAL;
  for (const line of script.split('\n')) {
    const result = grammar.tokenizeLine(line, state);
    state = result.ruleStack;
    for (const token of result.tokens) {
      const text = line.slice(token.startIndex, token.endIndex).trim();
      const inner = token.scopes.at(-1) ?? '';
      if (text !== '' && inner !== scope) rendered.push(`${text}: ${inner.replace(/\.(dtrace|systemtap)$/, '')}`);
    }
  }
  return rendered;
}

describe('D', () => {
  test('a clause names provider and probe, and its predicate and actions are coloured', async () => {
    const script = 'python$target:::function-entry\n/copyinstr(arg1) == "main"/\n{ @c[arg2] = count(); }';
    expect(await tokens('source.dtrace', script)).toMatchInlineSnapshot(`
      [
        "python$target: entity.name.namespace.provider",
        ":: punctuation.separator.probe",
        ":: punctuation.separator.probe",
        ":: punctuation.separator.probe",
        "function-entry: entity.name.tag.probe",
        "/: punctuation.definition.predicate.begin",
        "copyinstr: support.function.action",
        "(: meta.predicate",
        "arg1: support.variable.builtin",
        "): meta.predicate",
        "==: keyword.operator",
        "": string.quoted.double",
        "main: string.quoted.double",
        "": string.quoted.double",
        "/: punctuation.definition.predicate.end",
        "@c: variable.other.aggregation",
        "arg2: support.variable.builtin",
        "=: keyword.operator",
        "count: support.function.aggregating",
      ]
    `);
  });
  test('pragmas, scoped variables and macro arguments', async () => {
    expect(await tokens('source.dtrace', '#pragma D option quiet\nBEGIN { self->t = $1; this->u = 10ms; }'))
      .toMatchInlineSnapshot(`
      [
        "#pragma: keyword.control.directive",
        "D: support.constant",
        "option: keyword.other.pragma",
        "quiet: variable.parameter.option",
        "BEGIN: entity.name.tag.probe",
        "self: variable.language",
        "->: punctuation.accessor",
        "t: variable.other.member",
        "=: keyword.operator",
        "$1: variable.language.macro",
        "this: variable.language",
        "->: punctuation.accessor",
        "u: variable.other.member",
        "=: keyword.operator",
        "10ms: constant.numeric",
      ]
    `);
  });
  test('a comment may span lines, and a slash in it is no predicate', async () => {
    expect(await tokens('source.dtrace', '/* a\n/ b */ END')).toMatchInlineSnapshot(`
      [
        "/*: comment.block",
        "a: comment.block",
        "/ b: comment.block",
        "*/: comment.block",
        "END: entity.name.tag.probe",
      ]
    `);
  });
});

describe('SystemTap', () => {
  test('a probe point, its mark and the context variables', async () => {
    const script = 'probe process("python3").mark("function__entry") { calls[user_string($arg1)] <<< 1 }';
    expect(await tokens('source.systemtap', script)).toMatchInlineSnapshot(`
      [
        "probe: storage.type.probe",
        "process: entity.name.tag.probe",
        "": string.quoted.double",
        "python3: string.quoted.double",
        "": string.quoted.double",
        ".: punctuation.accessor",
        "mark: entity.name.tag.probe",
        "": string.quoted.double",
        "function__entry: string.quoted.double",
        "": string.quoted.double",
        "user_string: support.function",
        "$arg1: variable.language.context",
        "<<<: keyword.operator",
        "1: constant.numeric",
      ]
    `);
  });
  test('functions with types, statistics operators, preprocessor', async () => {
    const script = 'private function f:long(x:long) { return @count(s) }\n%( kernel_v > "4" %? global a %)';
    expect(await tokens('source.systemtap', script)).toMatchInlineSnapshot(`
      [
        "private: storage.modifier",
        "function: storage.type.function",
        "f: entity.name.function",
        ":: punctuation.separator.type",
        "long: storage.type",
        ":: keyword.operator",
        "long: storage.type",
        "return: keyword.control",
        "@count: support.function.operator",
        "%(: keyword.control.conditional",
        "kernel_v: support.constant.preprocessor",
        ">: keyword.operator",
        "": string.quoted.double",
        "4: string.quoted.double",
        "": string.quoted.double",
        "%?: keyword.control.conditional",
        "global: storage.modifier",
        "%): keyword.control.conditional",
      ]
    `);
  });
});
