// Interpreters as a machine may have them, for tests that must not depend on the machine.
import type { InterpreterFacts, InterpreterProbe } from '../../server/src/services/language.ts';

function probe(name: string, count: number): InterpreterProbe {
  return { provider: 'python', name, arguments: Array.from({ length: count }, () => '8@%rax') };
}

const calls = [probe('function__entry', 3), probe('function__return', 3)];
const rest = [
  probe('gc__start', 1),
  probe('gc__done', 1),
  probe('import__find__load__start', 1),
  probe('import__find__load__done', 2),
  probe('audit', 2),
];

/** All probes, in the program. */
export const python311: InterpreterFacts = {
  path: '/usr/bin/python3.11',
  aliases: ['/usr/bin/python3'],
  version: '3.11.2',
  probes: [...calls, probe('line', 3), ...rest],
};

/** Built without markers. */
export const python312: InterpreterFacts = { path: '/home/me/bin/python3.12', version: '3.12.1', probes: [] };

/** As 3.13 is with markers: no calls, no lines. */
export const python313: InterpreterFacts = { path: '/opt/bin/python3.13', version: '3.13.1', probes: rest };

/** A shared build of 3.15. */
export const python315: InterpreterFacts = {
  path: '/opt/bin/python3.15',
  version: '3.15.2',
  library: '/opt/lib/libpython3.15.so.1.0',
  probes: [...calls, ...rest],
};
