import type { Limits } from '../wire.js';
import { showBanner } from './banner.js';
import { contextOf, follow } from './context.js';
import type { Outside, OutsideModule } from './contract.js';
import { nativeDoor, openNative } from './native.js';
import { plainHandlers } from './plain.js';
import { type Emit, type Handlers, serve } from './serve.js';
import { createStage } from './stage.js';
import { browser, type Surroundings } from './surroundings.js';
import { configured, isWeChat, weChatHandlers } from './wechat.js';
import { findOut, inApp, pathOf, wishOf } from './whereabouts.js';

/** Everything is answered in the page itself: the limits are those of the app, so that nothing works here alone. */
const LIMITS: Limits = { inFlight: 32, burst: 50, perSecond: 20, bytes: 1_048_576 };

export const open: OutsideModule['open'] = () => openIn(browser());

/** Stands in for the app: a native one behind its message handler, WeChat, or the browser by itself. */
export async function openIn(around: Surroundings): Promise<Outside> {
  const door = nativeDoor(around.window);
  return door ? openNative(around.window, door) : openPage(around);
}

async function openPage(around: Surroundings): Promise<Outside> {
  const here = around.window;
  const [where, wx] = await Promise.all([findOut(here), configured(here)]);
  const { app, service } = where;
  const stage = createStage(here);
  const voice: { emit?: Emit } = {};
  const handlers: Handlers = {
    ...plainHandlers(around, where, stage, () => voice.emit?.('back')),
    ...(wx && (await weChatHandlers(wx, stage, here, where))),
  };
  const { port1, port2 } = new MessageChannel();
  voice.emit = serve(port1, handlers);
  follow(here, voice.emit);
  if (app && wishOf(here)) showBanner(stage, () => inApp(app, service.id, pathOf(here)));
  const context = contextOf(here, where, isWeChat(here) ? 'wechat' : 'browser');
  return { ack: { caps: Object.keys(handlers), context, limits: LIMITS }, port: port2 };
}
