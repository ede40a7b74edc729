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
export { connectFrame, type FrameConnection, type FrameOptions } from './frame.js';
export { DEFAULT_LIMITS } from './limits.js';
export { readQuestion, readText, readTopic } from './params.js';
export type { Handler, HandlerCall, Handlers } from './serve.js';
