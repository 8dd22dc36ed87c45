// The layering of ARCHITECTURE.md, checked.
const io = '^(node:)?(fs|fs/promises|child_process|net|os|process|timers|timers/promises|worker_threads)$|^(node_modules/)?execa';
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'server-without-vscode', severity: 'error', from: { path: '^server/' }, to: { path: '^vscode$' } },
    { name: 'view-without-vscode', severity: 'error', from: { path: '^client/src/view/' }, to: { path: '^vscode$' } },
    { name: 'client-imports-protocol-alone', severity: 'error', from: { path: '^client/' }, to: { path: '^server/', pathNot: '^server/src/protocol\\.ts$' } },
    { name: 'server-without-client', severity: 'error', from: { path: '^server/' }, to: { path: '^client/' } },
    { name: 'only-run-touches-the-world', severity: 'error', from: { path: '^(server/src/|client/src/view/)', pathNot: '^server/src/(run/|commands/|cli\\.ts|main\\.ts)' }, to: { path: io } },
    { name: 'only-the-server-speaks-lsp', severity: 'error', from: { path: '^server/src/', pathNot: '^server/src/(lsp/|(main|browser)\\.ts$)' }, to: { path: '(^|/)(vscode-languageserver|vscode-jsonrpc|vscode-languageserver-protocol)(/|$)' } },
    { name: 'base-is-below', severity: 'error', from: { path: '^server/src/base/' }, to: { path: '^server/src/(run|report|catalogue|languages|services|compile|lsp|commands)/' } },
    { name: 'catalogue-knows-no-language', severity: 'error', from: { path: '^server/src/catalogue/' }, to: { path: '^server/src/(run|report|languages|services|compile|lsp|commands)/' } },
    { name: 'languages-are-below-services', severity: 'error', from: { path: '^server/src/languages/' }, to: { path: '^server/src/(run|report|services|compile|lsp|commands)/' } },
    { name: 'dtrace-knows-no-systemtap', severity: 'error', from: { path: '^server/src/languages/dtrace/' }, to: { path: '^server/src/languages/systemtap/' } },
    { name: 'systemtap-knows-no-dtrace', severity: 'error', from: { path: '^server/src/languages/systemtap/' }, to: { path: '^server/src/languages/dtrace/' } },
    { name: 'services-and-compile-are-below-run', severity: 'error', from: { path: '^server/src/(services|compile|lsp)/' }, to: { path: '^server/src/(run|commands)/' } },
    { name: 'services-are-below-the-server', severity: 'error', from: { path: '^server/src/(services|compile)/' }, to: { path: '^server/src/lsp/' } },
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
