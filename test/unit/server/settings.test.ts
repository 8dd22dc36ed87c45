// The settings: package.json repeats the schema in code word for word, and odd values fall back to the defaults.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaultSettings, readSettings, settingsSchema, severityOf } from '../../../server/src/base/settings.ts';

interface Manifest {
  readonly contributes: { readonly configuration: { readonly properties: Record<string, unknown> } };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

test('package.json has the settings of the code, and only settings that somebody reads', () => {
  const { properties } = manifest.contributes.configuration;
  const ofServer = Object.fromEntries(Object.keys(settingsSchema).map((name) => [name, properties[name]]));
  expect(ofServer).toEqual(settingsSchema);
  const ofClient = ['interpreter', 'count', 'include', 'exclude', 'counts.placement', 'trace.server'];
  const known = [...Object.keys(settingsSchema), ...ofClient.map((name) => `cpythonProbes.${name}`)];
  expect(Object.keys(properties).filter((name) => !known.includes(name))).toEqual([]);
});

test('every setting is read, and its default is what package.json says', () => {
  expect(defaultSettings).toEqual({
    platform: 'auto',
    interpreter: '',
    severities: {},
    cpp: false,
    defines: {},
    tapsets: ['/usr/share/systemtap/tapset'],
    format: { enabled: true },
    inlayHints: { argumentNames: true, types: false },
    codeLens: true,
    checkOnSave: { enabled: false, dtrace: 'dtrace', stap: 'stap' },
  });
  const section = {
    platform: 'macos',
    interpreter: ' /usr/bin/python3 ',
    severities: { 'cpython/*': 'off', odd: 'loud' },
    dtrace: { preprocess: true, defines: { A: '1', B: 2 } },
    systemtap: { tapsets: ['/x', 3] },
    format: { enabled: false },
    inlayHints: { argumentNames: false, types: true },
    codeLens: { enabled: false },
    checkOnSave: { enabled: true, dtrace: '/usr/sbin/dtrace', stap: '' },
  };
  expect(readSettings(section)).toEqual({
    platform: 'macos',
    interpreter: '/usr/bin/python3',
    severities: { 'cpython/*': 'off' },
    cpp: true,
    defines: { A: '1' },
    tapsets: ['/x'],
    format: { enabled: false },
    inlayHints: { argumentNames: false, types: true },
    codeLens: false,
    checkOnSave: { enabled: true, dtrace: '/usr/sbin/dtrace', stap: 'stap' },
  });
});

test.each([null, undefined, 3, 'x', [], { platform: 'beos', format: 1, severities: [] }])(
  '%j is no reason to fail',
  (section) => {
    expect(readSettings(section)).toEqual(defaultSettings);
  },
);

test('an exact code wins over the longest pattern', () => {
  const settings = readSettings({
    severities: { '*': 'hint', 'cpython/*': 'off', 'cpython/missing-probe': 'error' },
  });
  expect(severityOf('cpython/missing-probe', 'warning', settings)).toBe('error');
  expect(severityOf('cpython/other', 'warning', settings)).toBe('off');
  expect(severityOf('dtrace/D_SYNTAX', 'error', settings)).toBe('hint');
  expect(severityOf('dtrace/D_SYNTAX', 'error', defaultSettings)).toBe('error');
});
