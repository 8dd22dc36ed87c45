// File paths and URIs, spelled as VS Code spells them, so that a file has one name whoever names it. Works without
// Node's modules, for the browser; other schemes than `file` pass through untouched.

/** `file:///home/me/a%20b.stp` for `/home/me/a b.stp`; understands Windows' drives and shares. */
export function fileUri(path: string): string {
  const slashes = path.replaceAll('\\', path.includes('/') && !/^[A-Za-z]:|^\\\\/.test(path) ? '\\' : '/');
  const share = /^\/\/([^/]+)(\/.*)?$/.exec(slashes);
  const [host, rest] = share ? [share[1] ?? '', share[2] ?? '/'] : ['', slashes];
  const drive = /^([A-Za-z]):/.exec(rest);
  const rooted = drive ? `/${(drive[1] ?? '').toLowerCase()}${rest.slice(1)}` : rest;
  return `file://${host}${rooted.split('/').map(encode).join('/')}`;
}

/** The path of a `file:` URI; undefined for other schemes and for what is no URI. */
export function uriPath(uri: string): string | undefined {
  const parts = /^file:\/\/([^/?#]*)(\/[^?#]*)/i.exec(uri);
  if (!parts) return undefined;
  try {
    const path = decodeURIComponent(parts[2] ?? '');
    if (parts[1] !== '' && parts[1] !== 'localhost') return `//${parts[1] ?? ''}${path}`;
    return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
  } catch {
    return undefined;
  }
}

/** One spelling for each file. */
export function canonicalUri(uri: string): string {
  const path = uriPath(uri);
  return path === undefined ? uri : fileUri(path);
}

/** The folder that a file lies in, without a slash at the end. */
export function parentUri(uri: string): string {
  const end = uri.lastIndexOf('/');
  return end <= uri.indexOf('://') + 2 ? uri : uri.slice(0, end);
}

/** A path relative to a folder, or an absolute one on the same machine. */
export function joinUri(folder: string, path: string): string {
  if (/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path)) return folder.startsWith('file:') ? fileUri(path) : rootOf(folder) + path;
  const root = rootOf(folder);
  const segments = folder.slice(root.length).split('/');
  for (const segment of path.split(/[\\/]/)) {
    if (segment === '..') segments.pop();
    else if (segment !== '.' && segment !== '') segments.push(encode(segment));
  }
  return root + segments.join('/').replace(/^(?!\/)/, '/');
}

function rootOf(uri: string): string {
  return /^[a-z][\w+.-]*:\/\/[^/]*/i.exec(uri)?.[0] ?? '';
}

function encode(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
