// A rough reader of tapset sources, for the snapshot only: which variables an alias's body assigns, and of what type.
// It knows tokens, macros and braces, and no more of the language than that.

/** What the files define: macros, and alias bodies as tokens. */
export function readTapsets(texts, results) {
  const macros = new Map();
  const aliases = new Map();
  const globals = new Set();
  const types = new Map(results);
  for (const tokens of texts.map(tokenize)) {
    for (let i = 0; i < tokens.length; i++) {
      if (tokens[i] === '@define') i = readMacro(tokens, i + 1, macros);
      else if (tokens[i] === 'probe') i = readProbe(tokens, i + 1, aliases);
      else if (tokens[i] === 'function') i = readFunction(tokens, i + 1, types);
      else if (tokens[i] === 'global') i = readGlobals(tokens, i + 1, globals);
      else if (tokens[i] === '{') i = skip(tokens, i, '{', '}');
    }
  }
  return { macros, aliases, globals, results: types };
}

/** The variables of an alias: what its body assigns, and what the aliases that it stands for give. */
export function variablesOf(name, definitions, tapsets, seen = new Set()) {
  if (seen.has(name)) return new Map();
  seen.add(name);
  const found = new Map();
  for (const targets of definitions.get(name) ?? []) {
    for (const target of targets.split(', ')) {
      const alias = target.replace(/\s*[?!]$/, '').trim();
      if (definitions.has(alias)) merge(found, variablesOf(alias, definitions, tapsets, seen));
    }
  }
  for (const body of tapsets.aliases.get(name) ?? []) merge(found, assigned(expand(body, tapsets.macros), tapsets));
  for (const variable of found.keys()) {
    if (variable.startsWith('_') || tapsets.globals.has(variable)) found.delete(variable);
    // What is left are mostly copies of context variables: numbers; what ends in `str` is text.
    else if (found.get(variable) === 'unknown') found.set(variable, 'long');
    if (variable.endsWith('str')) found.set(variable, 'string');
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function merge(into, from) {
  for (const [name, type] of from) if (!into.has(name) || into.get(name) === 'unknown') into.set(name, type);
}

function tokenize(text) {
  const pattern =
    /\/\*[\s\S]*?\*\/|\/\/.*|#.*|%\{[\s\S]*?%\}|"(?:[^"\\\n]|\\[\s\S])*"|%\(|%\)|%\?|%:|@define\b|[@$]{1,2}\w+|[A-Za-z_]\w*|\d\w*|<<<|[-+*/%&|^.]=(?!=)|==|!=|<=|>=|=~|!~|&&|\|\||\+\+|--|\n|\S/g;
  return [...text.matchAll(pattern)]
    .map((match) => match[0])
    .filter((token) => !/^(\/\*|\/\/|#)/.test(token))
    .map((token) => (token.startsWith('%{') ? '%{' : token));
}

function readMacro(tokens, at, macros) {
  let i = next(tokens, at);
  const name = tokens[i++];
  const parameters = [];
  i = next(tokens, i);
  if (tokens[i] === '(') {
    for (i++; i < tokens.length && tokens[i] !== ')'; i++) if (/^\w+$/.test(tokens[i])) parameters.push(tokens[i]);
    i = next(tokens, i + 1);
  }
  const end = skip(tokens, i, '%(', '%)');
  if (!macros.has(name)) macros.set(name, { parameters, body: tokens.slice(i + 1, end) });
  return end;
}

function readProbe(tokens, at, aliases) {
  const open = tokens.indexOf('{', at);
  if (open < 0) return tokens.length;
  const end = skip(tokens, open, '{', '}');
  const head = tokens.slice(at, open).filter((token) => token !== '\n').join('');
  const names = head.split(/\+?=/).slice(0, -1).map((name) => name.trim());
  for (const name of names) {
    aliases.set(name, [...(aliases.get(name) ?? []), tokens.slice(open + 1, end)]);
  }
  return end;
}

/** Private functions are not in stap's own list: their results are read off the source. */
function readFunction(tokens, at, types) {
  const open = tokens.findIndex((token, i) => i >= at && (token === '{' || token === '%{'));
  if (open < 0) return tokens.length;
  const end = tokens[open] === '{' ? skip(tokens, open, '{', '}') : open;
  const [name, colon, type] = tokens.slice(at, open);
  if (!types.has(name)) {
    const back = tokens.indexOf('return', open);
    const declared = colon === ':' ? type : back > 0 && back < end ? operandType(tokens, back + 1, types, new Map()) : '';
    types.set(name, declared === 'string' ? 's' : 'l');
  }
  return end;
}

function readGlobals(tokens, at, globals) {
  let i = at;
  for (; i < tokens.length && tokens[i] !== '\n' && tokens[i] !== ';'; i++) {
    if (/^[A-Za-z_]\w*$/.test(tokens[i])) globals.add(tokens[i]);
  }
  return i;
}

/** The index of the bracket that closes the one at `at`. */
function skip(tokens, at, open, close) {
  let depth = 0;
  for (let i = at; i < tokens.length; i++) {
    if (tokens[i] === open) depth++;
    else if (tokens[i] === close && --depth === 0) return i;
  }
  return tokens.length;
}

function next(tokens, at) {
  let i = at;
  while (tokens[i] === '\n') i++;
  return i;
}

/** Puts macros' bodies in place of their names, with parameters replaced. */
function expand(tokens, macros, depth = 0) {
  if (depth > 8) return tokens;
  const out = [];
  for (let i = 0; i < tokens.length; i++) {
    const macro = tokens[i].startsWith('@') ? macros.get(tokens[i].slice(1)) : undefined;
    if (!macro) {
      out.push(tokens[i]);
      continue;
    }
    const given = [];
    if (tokens[i + 1] === '(') {
      const end = skip(tokens, i + 1, '(', ')');
      let argument = [];
      let nested = 0;
      for (const token of tokens.slice(i + 2, end)) {
        if (token === '(') nested++;
        else if (token === ')') nested--;
        if (token === ',' && nested === 0) {
          given.push(argument);
          argument = [];
        } else argument.push(token);
      }
      given.push(argument);
      i = end;
    }
    const body = macro.body.flatMap((token) => {
      const at = token.startsWith('@') ? macro.parameters.indexOf(token.slice(1)) : -1;
      return at < 0 ? [token] : (given[at] ?? []);
    });
    out.push(...expand(body, macros, depth + 1));
  }
  return out;
}

function assigned(tokens, { results }) {
  const found = new Map();
  let nested = 0;
  for (let i = 0; i < tokens.length; i++) {
    if ('[('.includes(tokens[i])) nested++;
    else if ('])'.includes(tokens[i])) nested--;
    const operator = tokens[i + 1];
    if (!/^[A-Za-z_]\w*$/.test(tokens[i]) || !/^([-+*/%&|^.]?=)$/.test(operator ?? '')) continue;
    if (['.', '->', '@'].includes(tokens[i - 1])) continue;
    const type = operator === '.=' ? 'string' : typeOf(tokens, i + 2, results, found);
    if (!found.has(tokens[i]) || found.get(tokens[i]) === 'unknown') found.set(tokens[i], type);
  }
  return found;
}

/** The type of the expression at `at`: of its first operand, or of what follows a question mark on its line. */
function typeOf(tokens, at, results, known) {
  let i = next(tokens, at);
  const first = operandType(tokens, i, results, known);
  let depth = 0;
  for (; i < tokens.length; i++) {
    if ('([{'.includes(tokens[i])) depth++;
    else if (')]}'.includes(tokens[i])) depth--;
    if (depth < 0 || (depth === 0 && (tokens[i] === ';' || (tokens[i] === '\n' && !continues(tokens, i))))) break;
    if (depth === 0 && tokens[i] === '?') return operandType(tokens, next(tokens, i + 1), results, known);
    if (depth === 0 && ['==', '!=', '<', '>', '<=', '>=', '=~', '&&', '||'].includes(tokens[i])) {
      const question = tokens.indexOf('?', i);
      const stop = tokens.indexOf(';', i);
      if (question < 0 || (stop >= 0 && stop < question)) return 'long';
    }
  }
  return first;
}

function continues(tokens, newline) {
  const before = tokens[newline - 1] ?? '';
  const after = tokens[next(tokens, newline)] ?? '';
  return /^[?:.+*&|,=(<>-]$|^(&&|\|\||==|!=)$/.test(before) || /^[?:.+*&|]$|^(&&|\|\||==|!=)$/.test(after);
}

function operandType(tokens, at, results, known) {
  const token = tokens[at];
  if (token === undefined) return 'unknown';
  if (token === '%(') return operandType(tokens, next(tokens, tokens.indexOf('%?', at) + 1), results, known);
  if (token.startsWith('"') || token === 'sprintf' || token === 'sprint') return 'string';
  if (token === '(') return operandType(tokens, next(tokens, at + 1), results, known);
  if (/^\$\$/.test(token)) return 'string';
  if (/^[A-Za-z_]\w*$/.test(token)) {
    if (tokens[at + 1] === '(') return results.get(token) === 's' ? 'string' : 'long';
    return known.get(token) ?? 'unknown';
  }
  if (/^@(entry|choose_defined)$/.test(token)) return operandType(tokens, next(tokens, at + 2), results, known);
  return /^[$@\d~!+-]/.test(token) ? 'long' : 'unknown';
}
