// The way in for every request: refused before `initialize` and after `shutdown`, answered as cancelled when nobody waits
// any more. A document that is closed is no error: it has nothing to answer with.
import { ErrorCodes, LSPErrorCodes, ResponseError, type CancellationToken } from 'vscode-languageserver';
import type { Diagnostics } from './diagnostics.ts';
import type { ClientFeatures } from './client.ts';
import type { Workspace } from './workspace.ts';

/** What handlers work with once the server is initialised. */
export interface Session {
  readonly workspace: Workspace;
  readonly diagnostics: Diagnostics;
  readonly client: ClientFeatures;
}

export interface Lifecycle {
  session?: Session;
  shutDown: boolean;
}

type Handler<P, R> = (params: P, token: CancellationToken) => Promise<R | ResponseError<never>>;

/** Makes a request handler of a function that is only called while the server is in service. */
export type Answer = <P, R>(
  handle: (session: Session, params: P, token: CancellationToken) => Promise<R>,
) => Handler<P, R>;

export function answering(lifecycle: Lifecycle): Answer {
  return (handle) => async (params, token) => {
    if (lifecycle.shutDown)
      return new ResponseError<never>(ErrorCodes.InvalidRequest, 'The server has been shut down.');
    if (!lifecycle.session) {
      return new ResponseError<never>(ErrorCodes.ServerNotInitialized, 'The server has not been initialized.');
    }
    const result = await handle(lifecycle.session, params, token);
    return token.isCancellationRequested
      ? new ResponseError<never>(LSPErrorCodes.RequestCancelled, 'The request was cancelled.')
      : result;
  };
}
