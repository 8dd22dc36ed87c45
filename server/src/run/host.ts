// The machine for the language server, by Node: files, folders, interpreters, and the outside checkers.
import { access, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Platform } from '../base/settings.ts';
import { fileUri, uriPath } from '../base/uri.ts';
import type { Host } from '../lsp/host.ts';
import { checkExternally } from './external.ts';
import { interpreterFacts } from './interpreterFacts.ts';
import { manualPage } from './manpages.ts';

const largestFile = 10 * 1024 * 1024;
/** A walk ends here: a folder with more is no place where scripts are kept. */
const mostEntries = 50_000;

export function nodeHost(version: string): Host {
  return {
    platform: platformOf(process.platform),
    version,
    readText,
    exists: async (uri) => {
      const file = uriPath(uri);
      return file !== undefined && access(file).then(() => true, () => false); // prettier-ignore
    },
    findFiles,
    later: (milliseconds, run) => {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
    interpreters: interpreterFacts,
    checkExternally,
    manual: manualPage,
  };
}

function platformOf(name: NodeJS.Platform): Platform {
  if (name === 'darwin') return 'macos';
  if (name === 'freebsd') return 'freebsd';
  return name === 'sunos' ? 'illumos' : 'linux';
}

async function readText(uri: string): Promise<string | undefined> {
  const file = uriPath(uri);
  if (file === undefined) return undefined;
  try {
    const facts = await stat(file);
    return facts.isFile() && facts.size <= largestFile ? await readFile(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

async function findFiles(folder: string, endings: readonly string[], limit: number): Promise<string[]> {
  const root = uriPath(folder);
  if (root === undefined) return [];
  const found: string[] = [];
  let level = [root];
  let seen = 0;
  // By levels: of a huge tree, what lies near the top is found.
  while (level.length > 0 && found.length < limit && seen < mostEntries) {
    const entries = await Promise.all(
      level.map((here) => readdir(here, { withFileTypes: true }).catch(() => [])), // prettier-ignore
    );
    const below: string[] = [];
    for (const [index, list] of entries.entries()) {
      seen += list.length;
      for (const entry of list) {
        const full = path.join(level[index] ?? '', entry.name);
        if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules') below.push(full);
        else if (entry.isFile() && endings.some((ending) => entry.name.endsWith(ending))) found.push(fileUri(full));
      }
    }
    level = below;
  }
  return found.slice(0, limit);
}
