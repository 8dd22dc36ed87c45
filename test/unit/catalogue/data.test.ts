// Every data file keeps to its schema, and no two records of a file claim the same name on the same platform.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';

const data = path.resolve(import.meta.dirname, '../../../server/data');
const files = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.json') && !file.startsWith('schemas'),
);
const read = (file: string) => JSON.parse(readFileSync(path.join(data, file), 'utf8')) as Record<string, unknown>;

describe.each(files)('server/data/%s', (file) => {
  const content = read(file);

  it('keeps to its schema', () => {
    expect(content.$schema).toBeTypeOf('string');
    const schema = read(path.join(path.dirname(file), content.$schema as string));
    const ajv = new Ajv({ allErrors: true });
    ajv.validate(schema, content);
    expect(ajv.errors?.slice(0, 3)).toBeUndefined();
  });

  it('has each name once a platform', () => {
    const records = (content.records ?? []) as { name: string; kind?: string; platforms?: string[] }[];
    const claims = records.flatMap(({ name, kind, platforms }) =>
      (platforms ?? ['everywhere']).map((platform) => `${name} on ${platform}${kind === 'library' ? ', library' : ''}`),
    );
    expect(claims.filter((claim, i) => claims.indexOf(claim) !== i)).toEqual([]);
  });
});

it('finds data to check', () => expect(files.length).toBeGreaterThan(8));
