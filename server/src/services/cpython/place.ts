// Where the probe is looked for: D's provider with its process, SystemTap's program and library.
import type { Diagnostic, Fix } from '../../languages/model.ts';
import { interpreterName, type Subject } from './subject.ts';

export function placeDiagnostics(subject: Subject): readonly Diagnostic[] {
  return [...processOf(subject), ...programOf(subject), ...libraryOf(subject)];
}

/** `python*:::` matches nothing on Linux, and `python:::` nowhere: the provider's name ends in a process id. */
function processOf({ model, reference, circumstances }: Subject): readonly Diagnostic[] {
  const { provider, process = '' } = reference;
  if (model.language !== 'dtrace' || !provider) return [];
  const globbed = process === '*' || provider.text.includes('*');
  if (process !== '' && !globbed) return [];
  if (globbed && circumstances.platform !== 'linux') return [];
  const written = model.text.slice(provider.span.start, provider.span.end);
  // The span may end before the glob that stands for the process.
  const end = model.text[provider.span.end] === '*' ? provider.span.end + 1 : provider.span.end;
  const fix: Fix = {
    title: 'Use python$target',
    edits: [{ span: { start: provider.span.start, end }, newText: 'python$target' }],
    preferred: true,
  };
  return [
    {
      span: { start: provider.span.start, end },
      code: globbed ? 'cpython/process-glob' : 'cpython/no-process',
      severity: 'warning',
      message: globbed
        ? `DTrace on Linux finds no probe through ${written.endsWith('*') ? written : `${written}*`}. Name the process: python$target, with \`-c\` or \`-p\`.`
        : `There is no provider ${written}: its name ends in the process id. Name the process: python$target, with \`-c\` or \`-p\`.`,
      fixes: [fix],
    },
  ];
}

/** `process("python")` is looked for on the PATH of whoever runs stap, which is root, and may be a launcher. */
function programOf({ reference, circumstances }: Subject): readonly Diagnostic[] {
  const { executable } = reference;
  if (!executable || executable.text === '' || /[/*?[$@]/.test(executable.text)) return [];
  const found = circumstances.interpreters.filter(
    (each) => each.probes.length > 0 || circumstances.interpreters.every((other) => other.probes.length === 0),
  );
  return [
    {
      span: executable.span,
      code: 'cpython/program-path',
      severity: 'warning',
      message: `"${executable.text}" is no path: stap takes the first one on its own PATH, which is root's as a rule, and finds no probe if that is a launcher. Name the interpreter, such as ${found[0]?.path ?? '/usr/bin/python3.11'}.`,
      fixes: found.slice(0, 5).map((each, i) => ({
        title: `Use ${each.path}`,
        edits: [{ span: executable.span, newText: each.path }],
        ...(i === 0 ? { preferred: true } : {}),
      })),
    },
  ];
}

/** Markers of a shared build are in libpython, and there only. */
function libraryOf({ model, reference, interpreter }: Subject): readonly Diagnostic[] {
  const { executable, library } = reference;
  if (model.language !== 'systemtap' || !interpreter || !executable || interpreter.probes.length === 0) return [];
  const name = interpreterName(interpreter);
  if (interpreter.library !== undefined && !library) {
    const close = model.text.indexOf(')', executable.span.end);
    const fix: Fix[] =
      close < 0
        ? []
        : [
            {
              title: `Add .library("${interpreter.library}")`,
              edits: [{ span: { start: close + 1, end: close + 1 }, newText: `.library("${interpreter.library}")` }],
              preferred: true,
            },
          ];
    return [
      {
        span: executable.span,
        code: 'cpython/library',
        severity: 'warning',
        message: `The probes of ${name} are in its shared library, ${interpreter.library}; without .library("…") none is found.`,
        fixes: fix,
      },
    ];
  }
  if (interpreter.library !== undefined || !library) return [];
  const start = model.text.lastIndexOf('.library', library.span.start);
  const close = model.text.indexOf(')', library.span.end);
  const fixes: Fix[] =
    start < 0 || close < 0
      ? []
      : [{ title: 'Remove .library(…)', edits: [{ span: { start, end: close + 1 }, newText: '' }], preferred: true }];
  return [
    {
      span: library.span,
      code: 'cpython/library',
      severity: 'warning',
      message: `The probes of ${name} are in the program itself; with .library("…") none is found.`,
      fixes,
    },
  ];
}
