// The workspace of the window's tests, and the settings of its VS Code.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const files = {
  'counted.py': 'def f():\n    for i in range(10):\n        i += 1\n    return i\n\nf()\nif f is None:\n    f()\n',
  'endless.py':
    'import time\n\nwhile True:\n    n = 0\n    while n < 1e9:\n        n += 1\n        time.sleep(0.001)\n',
  'raises.py': 'for i in range(3):\n    i += 1\nraise ValueError("no")\n',
  'writes.py': 'open("written", "w").close()\n',
  'broken.py': 'def f(:\n',
  'millions.py': 'for i in range(5_000_000):\n    pass\n',
  'forks.py': 'import os\npid = os.fork()\nx = 1\nif pid:\n    os.waitpid(pid, 0)\n',
  'checkout.py': 'a = 1\nb = 2\nc = 3\n',
  'formatted.py': 'x = 1\n',
  'old.py': 'x = 1\n',
  'notes.txt': 'no program\n',
  'long.py': Array.from({ length: 5000 }, (_, i) => `x${i} = ${i}\n`).join(''),
};

export function makeWorkspace(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  symlinkSync(path.join(folder, 'counted.py'), path.join(folder, 'link.py'));
}

export const settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'chat.commandCenter.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'files.autoSave': 'off',
};

export const trustSettings = {
  ...settings,
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
};
