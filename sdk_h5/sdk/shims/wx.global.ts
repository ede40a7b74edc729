import type { City } from '../src/create.js';
import { createWx } from './wx.js';

/** Where WeChat's own object is there already, it stays: in WeChat the SDK's adapter uses it. */
const page = window as Window & { onecity?: { city: City }; wx?: unknown; jWeixin?: unknown };
if (!page.onecity) throw new Error('Load onecity.iife.js first.');
page.wx ??= page.jWeixin = createWx(page.onecity.city, page);
