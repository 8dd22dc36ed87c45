// What `import.meta.url` means in a CommonJS bundle.
export const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;
