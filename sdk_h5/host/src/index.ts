export { own, ownText } from '@onecity/sdk/shape';
export type {
  Accessibility,
  Context,
  EventName,
  Events,
  Intent,
  IntentResult,
  Limits,
  Position,
  Question,
  QueuedCall,
  QueuedState,
  Shared,
  Sheet,
  Subscription,
  Token,
  User,
} from '@onecity/sdk/wire';
export { BridgeError } from './errors.js';
export { connectFrame, type FrameConnection, type FrameOptions, type Loss } from './frame.js';
export type { Refusal } from './gate.js';
export { DEFAULT_LIMITS } from './limits.js';
export * from './params/index.js';
export { createQuotas, type Quotas } from './quota.js';
export type { Handler, HandlerCall, Handlers } from './serve.js';
