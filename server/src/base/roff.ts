// Manual pages as Markdown: enough of man(7), and the words of mdoc(7), to read SystemTap's and DTrace's pages in a
// hover. What is not understood loses its dots and keeps its words.

/** The parts of a page in Markdown, by their headings in capitals: `NAME`, `DESCRIPTION`, … */
export function manualSections(page: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string>();
  let heading = '';
  let lines: string[] = [];
  const keep = () => {
    const text = render(lines);
    if (heading !== '' && text !== '') sections.set(heading, text);
  };
  for (const line of page.replace(/\r\n?/g, '\n').split('\n')) {
    const found = /^[.']\s*S[Hh]\s+"?(.+?)"?\s*$/.exec(line)?.[1];
    if (found === undefined) lines.push(line);
    else {
      keep();
      // Some pages end the heading with a newline that was meant for another program.
      heading = inline(found.replace(/\\n\s*$/, ''))
        .trim()
        .toUpperCase();
      lines = [];
    }
  }
  keep();
  return sections;
}

/** Paragraphs, lists and literal blocks of the lines of one part. */
function render(lines: readonly string[]): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  let literal: string[] | undefined;
  let depth = 0;
  let tagged = false;
  const flush = () => {
    const text = paragraph
      .join(' ')
      .trim()
      .replace(/^(- .*?:) - /, '$1 ');
    paragraph = [];
    if (text !== '') out.push(text);
  };
  for (const line of lines) {
    const request = /^[.']\s*(\w+|\\")?\s*(.*)$/.exec(line);
    const name = request?.[1] ?? '';
    const rest = request?.[2] ?? '';
    if (literal) {
      if (request && /^(fi|EE|ESAMPLE|Ed)$/.test(name)) {
        out.push(...block(literal));
        literal = undefined;
      } else if (!request) literal.push(plain(line));
      continue;
    }
    if (!request) {
      paragraph.push(inline(line));
      if (tagged) {
        flush();
        tagged = false;
      }
      continue;
    }
    if (/^(nf|EX|SAMPLE|Bd)$/.test(name)) {
      flush();
      literal = [];
    } else if (/^(PP|P|LP|sp|br|Pp|RE|HP|Bl|El)$/.test(name)) {
      flush();
      if (name === 'RE') depth = Math.max(0, depth - 1);
    } else if (name === 'RS') {
      // An indented block belongs to the word before it: `*addr*: …`.
      const last = paragraph.join(' ').trim();
      paragraph = last === '' ? [] : [`- ${last}:`];
      depth++;
    } else if (name === 'TP' || name === 'IP' || name === 'It') {
      flush();
      tagged = name === 'TP';
      const words = inline(argumentsOf(rest)[0] ?? '');
      if (name !== 'TP' && words !== '') paragraph.push(`- ${words}`);
    } else if (/^(SS|Ss)$/.test(name)) {
      flush();
      out.push(`**${inline(rest.replace(/"/g, ''))}**`);
    } else if (/^([BIR]{1,2}|SM|SB)$/.test(name)) {
      paragraph.push(fonts(name, argumentsOf(rest)));
      if (tagged) {
        flush();
        tagged = false;
      }
    } else if (/^[A-Z][a-z]$/.test(name)) paragraph.push(inline(rest.replace(/\b[A-Z][a-z]\b /g, '')));
  }
  if (literal) out.push(...block(literal));
  flush();
  return out
    .join('\n\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function block(lines: readonly string[]): readonly string[] {
  const text = lines.join('\n').trim();
  return text === '' ? [] : [`\`\`\`\n${text}\n\`\`\``];
}

/** `.BR stap (1)`: the fonts take turns, a word each. */
function fonts(name: string, words: readonly string[]): string {
  if (name.length === 1 || name === 'SM' || name === 'SB') return emphasised(name, words.map(inline).join(' '));
  return words.map((word, i) => emphasised(name[i % 2] ?? 'R', inline(word))).join('');
}

function emphasised(font: string, text: string): string {
  if (text.trim() === '' || font === 'R' || font === 'SM') return text;
  return font === 'I' ? `*${text.trim()}*` : `**${text.trim()}**`;
}

function argumentsOf(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"|(\S+)/g)].map((match) =>
    (match[1] ?? match[2] ?? '').replaceAll('""', '"'),
  );
}

/** One line's escapes and fonts as Markdown. */
function inline(text: string): string {
  return plain(text.replace(/\\f\(..|\\f\[\w*\]/g, '\\fR'))
    .replace(/\\fB(.*?)\\f[RPI]/g, (_, word: string) => emphasised('B', word))
    .replace(/\\fI(.*?)\\f[RPB]/g, (_, word: string) => emphasised('I', word))
    .replace(/\\f[A-Z0-9]/g, '');
}

const special: Readonly<Record<string, string>> = {
  aq: "'", dq: '"', lq: '“', rq: '”', em: '—', en: '–', bu: '•', oq: '‘', cq: '’', Aq: "'", 'L"': '“', 'R"': '”', ti: '~', ha: '^', rs: '\\',
}; // prettier-ignore

/** Escapes that stand for characters; fonts stay. */
function plain(text: string): string {
  return text
    .replace(/\\".*$/, '')
    .replace(/\\[*]?\((..)/g, (_, name: string) => special[name] ?? '')
    .replace(/\\[*]?\[([^\]]*)\]/g, (_, name: string) => special[name] ?? '')
    .replace(/\\[&|^c/]|\\s[-+]?\d+|\\%/g, '')
    .replace(/\\[-.]/g, (match) => match.slice(1))
    .replace(/\\~|\\0|\\ /g, ' ')
    .replace(/\\e|\\\\/g, '\\');
}
