// SystemTap's top level: probes, aliases, functions, globals, embedded C; and probe points.
import {
  atDeclaration,
  complain,
  deepest,
  ended,
  expect,
  found,
  here,
  look,
  lookAhead,
  missingName,
  originOf,
  parseName,
  remark,
  spanOf,
  take,
  takeIf,
  takeName,
  textOf,
  type Parser,
} from './parser.ts';
import { guruOnly, parseExpression, parseLiteral } from './expressions.ts';
import { parseBlock } from './statements.ts';
import type {
  Alias,
  Block,
  Component,
  ComponentGroup,
  Declaration,
  EmbeddedCode,
  FunctionDeclaration,
  GlobalDeclaration,
  GlobalVariable,
  NumberLiteral,
  Parameter,
  Probe,
  ProbePoint,
  TypeAnnotation,
} from './syntax.ts';
import { T, isKeyword } from './tokens.ts';

export function parseDeclarations(p: Parser): readonly Declaration[] {
  const declarations: Declaration[] = [];
  while (look(p) !== T.end) {
    const before = p.at;
    const declaration = parseDeclaration(p);
    if (declaration) declarations.push(declaration);
    if (p.panic) {
      while (look(p) !== T.end && !atDeclaration(p) && look(p) !== T.embedded) take(p);
      p.panic = false;
    }
    if (p.at === before && look(p) !== T.end && !atDeclaration(p)) take(p);
  }
  return declarations;
}

function parseDeclaration(p: Parser): Declaration | undefined {
  switch (look(p)) {
    case T.probe:
      return parseProbe(p);
    case T.global:
    case T.function:
    case T.private:
      return parsePrivate(p);
    case T.embedded: {
      const code = takeEmbeddedCode(p);
      guruOnly(p, 'Embedded C', code);
      return code;
    }
    case T.unclosedEmbedded:
      complain(p, 'This %{ is not closed by %}.', 'unclosed');
      return undefined;
    case T.closeBrace:
      complain(p, 'This } closes nothing.', 'syntax');
      return undefined;
    default:
      if (look(p) === T.atWord && isOpaqueMacro(p)) {
        parseExpression(p);
        return undefined;
      }
      complain(p, `Expected probe, function, global, private or %{, found ${found(p)}.`);
      return undefined;
  }
}

/** A library macro whose text is not known may stand for declarations. */
function isOpaqueMacro(p: Parser): boolean {
  const macro = p.options.macros?.get(textOf(p, p.at).slice(1));
  return macro !== undefined && macro.body === undefined;
}

function takeEmbeddedCode(p: Parser): EmbeddedCode {
  const span = spanOf(p, p.at);
  const code = textOf(p, p.at).slice(2, -2);
  take(p);
  return { kind: 'embeddedCode', code, ...span };
}

function parsePrivate(p: Parser): Declaration | undefined {
  const start = here(p);
  const isPrivate = takeIf(p, T.private);
  const keyword = isPrivate && look(p) === T.identifier ? spanOf(p, p.at - 1) : spanOf(p, p.at);
  if (takeIf(p, T.function)) return parseFunction(p, start, keyword, isPrivate);
  if (takeIf(p, T.global) || (isPrivate && look(p) === T.identifier)) return parseGlobal(p, start, keyword, isPrivate);
  complain(p, `Expected function, global or a name after private, found ${found(p)}.`);
  return undefined;
}

function parseGlobal(
  p: Parser,
  start: number,
  keyword: GlobalDeclaration['keyword'],
  isPrivate: boolean,
): GlobalDeclaration {
  const variables: GlobalVariable[] = [];
  do variables.push(parseGlobalVariable(p));
  while (!p.panic && takeIf(p, T.comma));
  const end = Math.max(start, ended(p));
  if (!p.panic) takeIf(p, T.semicolon);
  return { kind: 'global', keyword, isPrivate, variables, start, end };
}

function parseGlobalVariable(p: Parser): GlobalVariable {
  const name = parseName(p, 'the name of a global variable');
  const wrap = name.name !== '' && takeIf(p, T.percent);
  let size: NumberLiteral | undefined;
  if (takeIf(p, T.openBracket)) {
    const literal = parseLiteral(p, "the array's size as a number");
    if (literal.kind === 'number') {
      size = literal;
      if (size.value <= 0n || size.value > 0x7fff_ffffn)
        remark(p, 'The size of an array is from 1 to 2147483647.', 'array-size', size);
    } else if (literal.kind !== 'argument') complain(p, "Expected the array's size as a number.");
    expect(p, T.closeBracket, ']');
  }
  let initial: GlobalVariable['initial'];
  if (look(p) === T.assign) {
    const span = spanOf(p, p.at);
    take(p);
    if (wrap || size) remark(p, 'An array has no initial value.', 'array-initializer', span);
    const literal = parseLiteral(p, 'a string or a number as initial value');
    if (literal.kind !== 'missing') initial = literal;
  }
  const end = Math.max(name.end, ended(p));
  return {
    kind: 'globalVariable',
    name,
    wrap,
    ...(size ? { size } : {}),
    ...(initial ? { initial } : {}),
    start: name.start,
    end,
  };
}

function parseFunction(
  p: Parser,
  start: number,
  keyword: FunctionDeclaration['keyword'],
  isPrivate: boolean,
): FunctionDeclaration {
  const isTypeName = look(p) === T.stringType || look(p) === T.longType;
  const name = isTypeName ? takeName(p) : parseName(p, 'the name of the function');
  const type = parseType(p);
  const parameters: Parameter[] = [];
  if (expect(p, T.openParen, '( and the parameters') && !takeIf(p, T.closeParen)) {
    // stap accepts a comma before the closing parenthesis.
    do {
      if (look(p) === T.closeParen) break;
      parameters.push(parseParameter(p, parameters));
    } while (takeIf(p, T.comma));
    expect(p, T.closeParen, ', or )');
  }
  const priority = parsePriority(p);
  p.inFunction = true;
  const body = parseFunctionBody(p);
  p.inFunction = false;
  return {
    kind: 'function',
    keyword,
    isPrivate,
    name,
    ...(type ? { type } : {}),
    parameters,
    ...(priority ? { priority } : {}),
    body,
    start,
    end: Math.max(start, ended(p)),
  };
}

function parseFunctionBody(p: Parser): Block | EmbeddedCode {
  if (look(p) !== T.embedded) return parseBlock(p, "{ and the function's body");
  const code = takeEmbeddedCode(p);
  guruOnly(p, 'Embedded C', code);
  return code;
}

function parseParameter(p: Parser, earlier: readonly Parameter[]): Parameter {
  const name = parseName(p, 'the name of a parameter');
  if (name.name !== '' && earlier.some((other) => other.name.name === name.name)) {
    remark(p, `The parameter ${name.name} is there twice.`, 'duplicate-parameter', name);
  }
  const type = parseType(p);
  const end = Math.max(name.end, ended(p));
  return type
    ? { kind: 'parameter', name, type, start: name.start, end }
    : { kind: 'parameter', name, start: name.start, end };
}

function parseType(p: Parser): TypeAnnotation | undefined {
  if (look(p) !== T.colon) return undefined;
  take(p);
  const kind = look(p);
  if (kind !== T.stringType && kind !== T.longType) {
    complain(p, `Expected string or long, found ${found(p)}.`);
    return undefined;
  }
  const span = spanOf(p, p.at);
  take(p);
  return { kind: 'type', name: kind === T.stringType ? 'string' : 'long', ...span };
}

function parsePriority(p: Parser): NumberLiteral | undefined {
  if (!takeIf(p, T.colon)) return undefined;
  const literal = parseLiteral(p, "the function's priority as a number");
  if (literal.kind === 'number') {
    if (literal.value < 1n) remark(p, "A function's priority is 1 or more.", 'priority', literal);
    return literal;
  }
  if (literal.kind === 'string') complain(p, 'Expected a number as priority.', 'syntax', literal);
  return undefined;
}

function parseProbe(p: Parser): Probe | Alias {
  const start = here(p);
  const keyword = spanOf(p, p.at);
  take(p);
  const names: ProbePoint[] = [];
  let style: Alias['style'] = 'prologue';
  let points = parsePoints(p);
  while (!p.panic && (look(p) === T.assign || look(p) === T.plusAssign)) {
    const [only] = points;
    if (points.length !== 1 || !only || only.components.some((component) => component.kind === 'componentGroup')) {
      complain(p, 'A probe alias has one name before its =.');
    } else {
      if (only.suffix !== '') remark(p, "An alias's name takes no ? or !.", 'alias-name', only);
      names.push(only);
    }
    if (look(p) === T.plusAssign) style = 'epilogue';
    take(p);
    points = parsePoints(p);
  }
  const body = parseBlock(p, '{ and the handler');
  let end = Math.max(start, ended(p));
  if (names.length === 0) return { kind: 'probe', keyword, points, body, start, end };
  let epilogue: Block | undefined;
  if (look(p) === T.comma) {
    if (style === 'epilogue') complain(p, 'An alias with += has one body; the one with = can have two.');
    take(p);
    epilogue = parseBlock(p, "{ and the alias's second body");
    end = Math.max(start, ended(p));
  }
  return { kind: 'alias', keyword, names, style, points, body, ...(epilogue ? { epilogue } : {}), start, end };
}

function parsePoints(p: Parser): ProbePoint[] {
  const points: ProbePoint[] = [];
  do points.push(parsePoint(p));
  while (!p.panic && takeIf(p, T.comma));
  const kind = look(p);
  if (!p.panic && kind !== T.openBrace && kind !== T.closeBrace && kind !== T.assign && kind !== T.plusAssign) {
    complain(p, `Expected , or { after the probe point, found ${found(p)}.`);
  }
  return points;
}

function parsePoint(p: Parser): ProbePoint {
  const start = here(p);
  const components: (Component | ComponentGroup)[] = [];
  do components.push(parseComponent(p));
  while (!p.panic && takeIf(p, T.dot));
  checkInnerSuffixes(p, components);
  let suffix: ProbePoint['suffix'] = '';
  if (look(p) === T.question || look(p) === T.bang) {
    const last = components.at(-1);
    if (last?.kind === 'componentGroup' && last.points.some((point) => point.suffix !== '')) {
      complain(p, 'The points in the braces have their own ? or !.');
    }
    suffix = look(p) === T.question ? '?' : '!';
    take(p);
  }
  let condition: ProbePoint['condition'];
  if (look(p) === T.if) {
    const last = components.at(-1);
    if (last?.kind === 'componentGroup' && last.points.some((point) => point.condition)) {
      complain(p, 'The points in the braces have their own conditions.');
    }
    take(p);
    expect(p, T.openParen, '( after if');
    condition = parseExpression(p);
    expect(p, T.closeParen, ')');
  }
  const span = { start: Math.min(start, ended(p), components[0]?.start ?? start), end: ended(p) };
  return condition
    ? { kind: 'probePoint', components, suffix, condition, ...span }
    : { kind: 'probePoint', components, suffix, ...span };
}

/** `?`, `!` and conditions stand at the end of a whole probe point, in braces too. */
function checkInnerSuffixes(p: Parser, components: readonly (Component | ComponentGroup)[]): void {
  for (const component of components.slice(0, -1)) {
    if (component.kind !== 'componentGroup') continue;
    const odd = component.points.find((point) => point.suffix !== '' || point.condition);
    if (odd) complain(p, 'A ?, ! or condition stands behind the last component only.', 'syntax', odd);
  }
}

function parseComponent(p: Parser): Component | ComponentGroup {
  const start = here(p);
  const group = look(p) === T.openBrace ? tryParseGroup(p) : undefined;
  if (group) return group;
  const isUnknown = look(p) === T.argument || look(p) === T.stringArgument;
  if (!isUnknown && look(p) !== T.identifier && !isKeyword(look(p)) && look(p) !== T.star) {
    complain(p, `Expected the name of a probe point's component, * or {, found ${found(p)}.`);
    const { name, start: at, end } = missingName(p);
    return { kind: 'component', name, nameSpan: { start: at, end }, start: at, end };
  }
  const first = p.at;
  const origin = originOf(p, first);
  const name = takePattern(p);
  const nameSpan = { start, end: ended(p) };
  let argument: Component['argument'];
  if (look(p) === T.openParen) {
    take(p);
    const literal = parseLiteral(p, 'a string or a number');
    if (literal.kind !== 'missing') argument = literal;
    expect(p, T.closeParen, ')');
  }
  return {
    kind: 'component',
    name,
    nameSpan,
    ...(argument ? { argument } : {}),
    ...(origin ? { origin } : {}),
    ...(isUnknown ? { unknown: true } : {}),
    start,
    end: Math.max(nameSpan.end, ended(p)),
  };
}

/** `{a, b}`; undefined, with nothing taken, if what the brace opens is rather the handler. */
function tryParseGroup(p: Parser): ComponentGroup | undefined {
  const start = here(p);
  if (p.depth >= deepest) return undefined;
  const { at, panic } = p;
  const { length } = p.diagnostics;
  p.depth++;
  take(p);
  const points = parsePoints(p);
  expect(p, T.closeBrace, ', or }');
  p.depth--;
  if (!p.panic) return { kind: 'componentGroup', points, start, end: Math.max(start, ended(p)) };
  p.at = at;
  p.panic = panic;
  p.diagnostics.length = length;
  return undefined;
}

/** Words and `*` that touch each other are one name. */
function takePattern(p: Parser): string {
  let name = textOf(p, p.at);
  take(p);
  for (;;) {
    const kind = look(p);
    if (kind !== T.identifier && kind !== T.star && !isKeyword(kind)) return name;
    if (here(p) !== ended(p) || lookAhead(p, -1) === T.argument) return name;
    name += textOf(p, p.at);
    take(p);
  }
}
