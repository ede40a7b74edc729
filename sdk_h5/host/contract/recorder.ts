import type { FrameConnection, FrameOptions } from '../src/index.js';
import { mockHost } from '../src/mock.js';
import type { Host } from './stage.js';

export type Told = Omit<Host, 'connection'>;

/** A host that remembers what it was told. */
export function recorder(connect: (record: Told) => FrameConnection): Host {
  const record: Told = { sessions: [], losses: [], refusals: [], errors: [] };
  return { ...record, connection: connect(record) };
}

export function hostOptions(origin: string, record: Told): FrameOptions {
  const { context, handlers } = mockHost();
  return {
    origin,
    context,
    handlers,
    onReady: (session) => record.sessions.push(session),
    onLost: (reason) => record.losses.push(reason),
    onRefused: (refusal) => record.refusals.push(refusal),
    onError: (error) => record.errors.push(error),
  };
}
