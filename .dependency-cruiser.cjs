// The layering of ARCHITECTURE.md, checked.
const io = '^(node:)?(fs|fs/promises|child_process|net|os|process|timers|timers/promises|worker_threads)$|^(node_modules/)?execa';
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'server-without-vscode', severity: 'error', from: { path: '^server/' }, to: { path: '^vscode$' } },
    { name: 'view-without-vscode', severity: 'error', from: { path: '^client/src/view/' }, to: { path: '^vscode$' } },
    { name: 'client-imports-protocol-alone', severity: 'error', from: { path: '^client/' }, to: { path: '^server/', pathNot: '^server/src/protocol\\.ts$' } },
    { name: 'server-without-client', severity: 'error', from: { path: '^server/' }, to: { path: '^client/' } },
    { name: 'only-run-touches-the-world', severity: 'error', from: { path: '^(server/src/(base|report|protocol)|client/src/view/)' }, to: { path: io } },
    { name: 'base-is-below', severity: 'error', from: { path: '^server/src/(base|protocol)' }, to: { path: '^server/src/(run|report)/' } },
    { name: 'protocol-stands-alone', severity: 'error', from: { path: '^server/src/protocol\\.ts$' }, to: {} },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    builtInModules: { add: ['vscode'] },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
